create view handoff.service_taxonomy as
with usage as (
  select d.service_name, s.value as subcategory_name, count(*) as tickets, max(d.started_at) as last_ticket_at
  from staging.ticket d
  left join staging.object_field s on s.source_key = d.ticket_key and s.attribute = 'servicesubcategory_name'
  group by d.service_name, s.value
)
select
  coalesce(c.source_key, v.source_key) as taxonomy_key,
  v.payload ->> 'servicefamily_name' as family,
  v.payload ->> 'name' as service,
  v.payload ->> 'status' as service_status,
  c.payload ->> 'name' as subcategory,
  c.payload ->> 'request_type' as request_type,
  coalesce(sum(u.tickets), 0)::bigint as tickets,
  max(u.last_ticket_at) as last_ticket_at,
  case
    when coalesce(sum(u.tickets), 0) = 0 and v.payload ->> 'status' = 'obsolete' then 'drop: obsolete and never used'
    when coalesce(sum(u.tickets), 0) = 0 then 'review: never used'
    when v.payload ->> 'status' = 'obsolete' then 'keep for history only: obsolete'
    else 'keep'
  end as review
from raw.latest_object v
left join raw.latest_object c on c.root_class = 'ServiceSubcategory' and 'Service::' || (c.payload ->> 'service_id') = v.source_key
left join usage u on u.service_name = v.payload ->> 'name' and (c.source_key is null or u.subcategory_name = c.payload ->> 'name')
where v.root_class = 'Service'
group by c.source_key, v.source_key, v.payload, c.payload;

comment on view handoff.service_taxonomy is 'One row per service and subcategory: how much it is used, and whether to keep it.';
comment on column handoff.service_taxonomy.tickets is 'Tickets in iTop that name it.';
comment on column handoff.service_taxonomy.review is 'A proposal, to be decided by a person.';
