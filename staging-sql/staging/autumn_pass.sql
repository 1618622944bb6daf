create function staging.autumn_pass(place bigint, entries jsonb, other_entries jsonb, day date, zone text) returns text
language sql stable parallel safe
return (
  select case
    when place >= min(proof.position) filter (where proof.pass = 'second') then 'second'
    when place <= max(proof.position) filter (where proof.pass = 'first') then 'first'
    else 'either'
  end
  from (
    select p.position, p.pass
    from (select staging.step_back(entries, day, zone) as step) as own
    cross join lateral (values (own.step - 1, 'first'), (own.step, 'second')) as p (position, pass)
    union all
    -- Saved in one form, both logs have an entry of the same second and author: where the other log tells its pass, it tells this one's.
    select own.position, case when other.position < known.step then 'first' when other.position >= known.step then 'second' end
    from (select staging.step_back(other_entries, day, zone) as step) as known
    cross join jsonb_array_elements(entries) with ordinality as own (entry, position)
    join jsonb_array_elements(case when jsonb_typeof(other_entries) = 'array' then other_entries end) with ordinality as other (entry, position)
      on other.entry ->> 'date' = own.entry ->> 'date' and other.entry ->> 'user_login' = own.entry ->> 'user_login'
    where staging.local_timestamp(own.entry ->> 'date')::date = day
  ) as proof
);

comment on function staging.autumn_pass is 'Which pass of the hour that autumn repeats the entry at this place of a log, from 1, belongs to: first or second, by a step back of the log itself, or by an entry of the ticket''s other log that was saved with one of this log; either where nothing tells.';
