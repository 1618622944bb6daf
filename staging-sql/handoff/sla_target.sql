create view handoff.sla_target as
select
  l.source_key as sla_target_key,
  s.source_key as sla_key,
  s.payload ->> 'name' as sla_name,
  s.payload ->> 'organization_name' as provider,
  t.payload ->> 'name' as target_name,
  t.payload ->> 'metric' as metric,
  t.payload ->> 'request_type' as request_type,
  coalesce(e.target_value, t.payload ->> 'priority') as priority,
  t.payload ->> 'value' as value,
  t.payload ->> 'unit' as unit,
  case when pg_input_is_valid(t.payload ->> 'value', 'numeric') then
    (t.payload ->> 'value')::numeric * case t.payload ->> 'unit' when 'hours' then 60 when 'days' then 1440 else 1 end end as minutes
from raw.latest_object l
join raw.latest_object s on s.root_class = 'SLA' and s.source_key = 'SLA::' || (l.payload ->> 'sla_id')
join raw.latest_object t on t.root_class = 'SLT' and t.source_key = 'SLT::' || (l.payload ->> 'slt_id')
left join ops.mapping_enum_value e on e.class = 'UserRequest' and e.attribute = 'priority' and e.value = t.payload ->> 'priority'
where l.root_class = 'lnkSLAToSLT';

comment on view handoff.sla_target is 'One row per SLA and target of it: how fast a ticket of a kind and priority must be owned (tto) or resolved (ttr).';
comment on column handoff.sla_target.metric is 'tto: time to own; ttr: time to resolve.';
comment on column handoff.sla_target.minutes is 'The target in minutes.';
