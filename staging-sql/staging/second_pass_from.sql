create function staging.second_pass_from(entries jsonb, other_entries jsonb, day date, zone text) returns bigint
language sql stable parallel safe
return (
  select min(proof.position)
  from (
    select staging.step_back(entries, day, zone) as position
    union all
    -- Saved in one form, both logs have an entry of the same second and author: where the other log tells its pass, it tells this one's.
    select own.position
    from jsonb_array_elements(entries) with ordinality as own (entry, position)
    join jsonb_array_elements(case when jsonb_typeof(other_entries) = 'array' then other_entries end) with ordinality as other (entry, position)
      on other.entry ->> 'date' = own.entry ->> 'date' and other.entry ->> 'user_login' = own.entry ->> 'user_login'
    where staging.local_timestamp(own.entry ->> 'date')::date = day
      and other.position >= staging.step_back(other_entries, day, zone)
  ) as proof
);

comment on function staging.second_pass_from is 'Place, from 1, of the first entry of a log that belongs to the second pass of the hour that autumn repeats: by a step back of the log itself, or by an entry of the ticket''s other log that was saved with it. Null where nothing tells.';
