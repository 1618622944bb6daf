create function intermediate.typed_value(data_type text, value text) returns jsonb
language sql stable parallel safe
return case
  when data_type in ('integer', 'float', 'datetime') then case
    -- JSON knows no infinity, and beyond 2^53 a reader's number is another than the one that was sent.
    when pg_input_is_valid(value, 'numeric') and pg_input_is_valid(value, 'double precision')
      and abs(value::double precision) <= case data_type when 'float' then 1e300 else 9007199254740991 end
    then to_jsonb(value::numeric)
  end
  when data_type = 'boolean' then to_jsonb(value in ('true', 'yes', '1'))
  when data_type = 'string' then to_jsonb(case when length(value) > 255 then left(value, 254) || '…' else value end)
end;

comment on function intermediate.typed_value is 'A value as Intercom takes it in an attribute of a type, strings cut at 255 characters; null where it does not fit the type.';
