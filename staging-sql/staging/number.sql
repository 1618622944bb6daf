create function staging.number(written text) returns numeric
language sql immutable parallel safe
return case
  -- A pattern instead of pg_input_is_valid: it is immutable, so the planner, which computes what is constant, drops the cast of a value
  -- that is none before it tries it. It also leaves out what Postgres takes and JSON does not: NaN, Infinity, a thousand digits.
  -- Nearly all are short: a pattern without bounds takes a seventh of the time.
  when length(written) <= 100 then case when written ~ '^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?\s*$' then written::numeric end
  when written ~ '^\s*[-+]?(?:\d{1,100}(?:\.\d{0,100})?|\.\d{1,100})(?:[eE][-+]?\d{1,2})?\s*$' then written::numeric
end;

comment on function staging.number is 'A number as iTop gave it, finite and of a size that others can read; null for everything else.';
