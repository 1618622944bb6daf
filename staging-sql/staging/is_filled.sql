create function staging.is_filled(value jsonb) returns boolean
language sql immutable parallel safe
return value not in ('null', '""', '[]', '{}') and value -> 'entries' is distinct from '[]'
  and (jsonb_typeof(value) <> 'string' or btrim(value #>> '{}') <> '');

comment on function staging.is_filled is 'Whether a field of an object holds anything: iTop writes an empty text, an empty set or a log without entries where it does not.';
