create function staging.local_time(written text, zone text) returns timestamptz
language sql stable parallel safe
return case
  -- In the hour that occurs twice Postgres reads the second pass; an hour earlier shows the same local time.
  when ((staging.local_timestamp(written) at time zone zone) - interval '1 hour') at time zone zone = staging.local_timestamp(written)
    then (staging.local_timestamp(written) at time zone zone) - interval '1 hour'
  else staging.local_timestamp(written) at time zone zone
end;

comment on function staging.local_time is 'iTop writes dates without a zone; this reads one in the given zone. Empty and impossible dates, and those in another form, give null. In the hour that occurs twice in autumn it takes the first pass: nothing in a single date tells the second.';
