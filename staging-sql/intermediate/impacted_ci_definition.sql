create view intermediate.impacted_ci_definition as
with linked as not materialized (
  -- A CI linked twice counts as what somebody chose.
  select distinct on (l.ticket_key, l.functional_ci_key)
    l.ticket_key, l.functional_ci_key, split_part(l.functional_ci_key, '::', 2) as itop_id, l.ci_name, l.ci_class, l.impact_code
  from intermediate.functional_ci_to_ticket l
  join intermediate.ticket t on t.ticket_key = l.ticket_key
  order by l.ticket_key, l.functional_ci_key, array_position(array['not_impacted', 'manual', 'computed'], l.impact_code), l.functional_ci_to_ticket_key
), numbered as (
  select
    ticket_key,
    ci_name,
    row_number() over by_id as place,
    count(*) over (partition by ticket_key) as total,
    sum(length(ci_name) + 2) over by_id - 2 as length_so_far
  from linked
  where impact_code = 'manual'
  window by_id as (partition by ticket_key order by case when pg_input_is_valid(itop_id, 'bigint') then itop_id::bigint end, itop_id)
), fitted as (
  select
    numbered.*,
    -- Intercom keeps 255 characters: names up to the last that leaves room for the count of the others.
    length_so_far + case when place < total then length(', +' || (total - place) || ' more') else 0 end < 255 as fits
  from numbered
), manual as (
  select
    ticket_key,
    case
      when bool_or(fits and place = total) then string_agg(ci_name, ', ' order by place)
      when bool_or(fits) then
        string_agg(ci_name, ', ' order by place) filter (where fits) || ', +' || (max(total) - count(*) filter (where fits)) || ' more'
      else left(min(ci_name) filter (where place = 1), 235) || '…' || case when max(total) > 1 then ', +' || (max(total) - 1) || ' more' else '' end
    end as impacted_ci_name
  from fitted
  group by ticket_key
), named as (
  select
    ticket_key,
    string_agg(ci_name || coalesce(' (' || ci_class || ')', ''), ', ' order by ci_name, functional_ci_key) filter (where impact_code = 'manual') as manual_names,
    string_agg(ci_name || coalesce(' (' || ci_class || ')', ''), ', ' order by ci_name, functional_ci_key) filter (where impact_code = 'computed') as computed_names
  from linked
  where impact_code in ('manual', 'computed')
  group by ticket_key
)
select t.ticket_key, m.impacted_ci_name, t.manual_names, t.computed_names
from named t
left join manual m on m.ticket_key = t.ticket_key;

comment on view intermediate.impacted_ci_definition is 'One row per ticket with linked CIs (rule K5). Materialised as intermediate.impacted_ci.';
comment on column intermediate.impacted_ci_definition.impacted_ci_name is 'Names of the CIs linked by hand, by id, cut at a name below 255 characters; null where none.';
comment on column intermediate.impacted_ci_definition.manual_names is 'All CIs linked by hand, with their class.';
comment on column intermediate.impacted_ci_definition.computed_names is 'CIs that iTop''s impact analysis added. Those that somebody kept out (not_impacted) appear nowhere.';
comment on column intermediate.impacted_ci_definition.ticket_key is 'Ticket that the CIs are linked to.';
