create function staging.local_time(written text, zone text) returns timestamptz
language sql stable parallel safe
return case when pg_input_is_valid(written, 'timestamp') then written::timestamp at time zone zone end;

comment on function staging.local_time is 'iTop writes dates without a zone; this reads one in the given zone. Empty and impossible dates give null. In the hour that occurs twice in autumn it takes the second pass.';
