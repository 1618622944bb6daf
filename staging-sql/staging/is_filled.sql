create function staging.is_filled(value jsonb) returns boolean
language sql immutable parallel safe
return value not in ('null', '""', '[]', '{}') and value -> 'entries' is distinct from '[]'
  and (jsonb_typeof(value) <> 'string' or btrim(value #>> '{}') <> '')
  -- iTop shows a form that nobody filled in as well.
  and (coalesce(value -> 'values', value -> 'user_data', 'null') not in ('[]', '{}')
    or jsonb_typeof(value -> 'legacy') = 'string' and value ->> 'legacy' <> '');

comment on function staging.is_filled is 'Whether a field of an object holds anything: iTop writes an empty text, an empty set or a log without entries where it does not.';
