create function staging.local_time(written text, zone text) returns timestamptz
language sql stable parallel safe
return case
  when staging.local_timestamp(written) is null then null
  -- It is a date, so it is only cast from here on: looking at it again and again is what this would cost most.
  -- In the hour that occurs twice Postgres reads the second pass; an hour earlier shows the same local time.
  when ((written::timestamp at time zone zone) - interval '1 hour') at time zone zone = written::timestamp
    then (written::timestamp at time zone zone) - interval '1 hour'
  else written::timestamp at time zone zone
end;

comment on function staging.local_time is 'iTop writes dates without a zone; this reads one in the given zone. Empty and impossible dates, and those in another form, give null. In the hour that occurs twice in autumn it takes the first pass: nothing in a single date tells the second.';
