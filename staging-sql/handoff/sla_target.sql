create view handoff.sla_target as
select
  l.sla_to_slt_key as sla_target_key,
  s.sla_key,
  s.name as sla_name,
  s.provider_name as provider,
  t.name as target_name,
  t.metric,
  t.request_type,
  coalesce(p.target_values, t.priority) as priority,
  t.value,
  t.unit,
  staging.number(t.value) * case t.unit when 'hours' then 60 when 'days' then 1440 else 1 end as minutes
from staging.sla_to_slt l
join staging.sla s on s.sla_key = l.sla_key
join staging.slt t on t.slt_key = l.slt_key
left join (
  -- Where classes of tickets name a priority differently, all of its names.
  select e.value, string_agg(distinct e.target_value, ' / ' order by e.target_value) as target_values
  from ops.mapping_enum_value e
  join staging.ticket_class c on c.class = e.class
  where e.attribute = 'priority'
  group by e.value
) p on p.value = t.priority;

comment on view handoff.sla_target is 'One row per SLA and target of it: how fast a ticket of a kind and priority must be owned (tto) or resolved (ttr).';
comment on column handoff.sla_target.metric is 'tto: time to own; ttr: time to resolve.';
comment on column handoff.sla_target.minutes is 'The target in minutes.';
comment on column handoff.sla_target.priority is 'Priority of tickets that it holds for, by the name that the mapping gives it; iTop''s number where it gives none.';
comment on column handoff.sla_target.sla_name is 'Name of the agreement.';
comment on column handoff.sla_target.target_name is 'Name of the target.';
