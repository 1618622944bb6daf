create function staging.step_back(entries jsonb, day date, zone text) returns bigint
language sql stable parallel safe
return (
  select min(stepped.position)
  from (
    select d.position, d.local_time, d.local_time < lag(d.local_time) over (order by d.position) as is_back_step
    from (
      select e.position, staging.local_timestamp(e.entry ->> 'date') as local_time
      from jsonb_array_elements(case when jsonb_typeof(entries) = 'array' then entries end) with ordinality as e (entry, position)
    ) as d
    where d.local_time::date = day
  ) as stepped
  where stepped.is_back_step
    and ((stepped.local_time at time zone zone) - interval '1 hour') at time zone zone = stepped.local_time
);

comment on function staging.step_back is 'Place, from 1, of the first entry of a log that a day of autumn shows earlier than the one before it, inside the hour that occurs twice: it and what follows on that day is of the second pass. Null where the log shows none.';
