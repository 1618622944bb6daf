create view handoff.service_taxonomy as
with usage as (
  select d.service_name, s.value as subcategory_name, count(*) as tickets, max(d.started_at) as last_ticket_at
  from staging.ticket d
  left join staging.object_field s on s.source_key = d.ticket_key and s.attribute = 'servicesubcategory_name'
  group by d.service_name, s.value
)
select
  coalesce(c.service_subcategory_key, v.service_key) as taxonomy_key,
  v.family_name as family,
  v.name as service,
  v.status as service_status,
  c.name as subcategory,
  c.request_type,
  coalesce(sum(u.tickets), 0)::bigint as tickets,
  max(u.last_ticket_at) as last_ticket_at,
  case
    when coalesce(sum(u.tickets), 0) = 0 and v.status = 'obsolete' then 'drop: obsolete and never used'
    when coalesce(sum(u.tickets), 0) = 0 then 'review: never used'
    when v.status = 'obsolete' then 'keep for history only: obsolete'
    else 'keep'
  end as review
from staging.service v
left join staging.service_subcategory c on c.service_key = v.service_key
left join usage u on u.service_name = v.name and (c.service_key is null or u.subcategory_name = c.name)
group by v.service_key, v.family_name, v.name, v.status, c.service_subcategory_key, c.name, c.request_type;

comment on view handoff.service_taxonomy is 'One row per service and subcategory: how much it is used, and whether to keep it.';
comment on column handoff.service_taxonomy.tickets is 'Tickets in iTop that name it.';
comment on column handoff.service_taxonomy.review is 'A proposal, to be decided by a person.';
comment on column handoff.service_taxonomy.taxonomy_key is 'Source key of the subcategory; of the service where it has none.';
comment on column handoff.service_taxonomy.last_ticket_at is 'When the latest of these tickets was opened; null where none was.';
comment on column handoff.service_taxonomy.service is 'Name of the service.';
comment on column handoff.service_taxonomy.subcategory is 'Name of the subcategory; null where the service has none.';
