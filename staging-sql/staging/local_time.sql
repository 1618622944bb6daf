create function staging.local_time(written text, zone text) returns timestamptz
language sql stable parallel safe
return case
  when not pg_input_is_valid(written, 'timestamp') then null
  -- In the hour that occurs twice Postgres reads the second pass; an hour earlier shows the same local time.
  when ((written::timestamp at time zone zone) - interval '1 hour') at time zone zone = written::timestamp
    then (written::timestamp at time zone zone) - interval '1 hour'
  else written::timestamp at time zone zone
end;

comment on function staging.local_time is 'iTop writes dates without a zone; this reads one in the given zone. Empty and impossible dates give null. In the hour that occurs twice in autumn it takes the first pass: nothing in a single date tells the second.';
