create function intermediate.typed_value(data_type text, value text) returns jsonb
language sql stable parallel safe
return case
  when data_type = 'float' then to_jsonb(staging.number(value))
  -- Beyond 2^53 a reader's whole number is another than the one that was sent.
  when data_type in ('integer', 'datetime') and abs(staging.number(value)) <= 9007199254740991 then to_jsonb(staging.number(value))
  when data_type = 'boolean' then to_jsonb(value in ('true', 'yes', '1'))
  when data_type = 'string' then to_jsonb(case when length(value) > 255 then left(value, 254) || '…' else value end)
end;

comment on function intermediate.typed_value is 'A value as Intercom takes it in an attribute of a type, strings cut at 255 characters; null where it does not fit the type.';
