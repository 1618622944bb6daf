-- Stable, as what it calls: Postgres does not put a function that promises more than its body into a query, and calls it instead.
create function staging.local_timestamp(written text) returns timestamp
language sql stable parallel safe
return case
  -- Postgres takes words too ("infinity", "now"), and years beyond those that a time zone can be applied to.
  when written ~ '^\d{4}-\d\d-\d\d(?:[ T][0-9:.]+)?$' then case when pg_input_is_valid(written, 'timestamp') then written::timestamp end
end;

comment on function staging.local_timestamp is 'A date as iTop writes it, on iTop''s own clock. Null for what is none: empty, impossible (0000-00-00), or text.';
