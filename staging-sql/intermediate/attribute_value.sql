create view intermediate.attribute_value as
with decided as (
  -- All decisions of a class stand beside its objects, so that a payload is opened once, not once an attribute; those that a reader
  -- leaves out by home or model, not at all.
  select a.class, a.home, a.target_model, array_agg(a) as attributes
  from ops.mapping_attribute a
  join ops.mapping_class c on c.class = a.class and c.destination in ('conversation', 'contact', 'company')
  where a.home in ('attribute', 'record_note') and a.attribute not in ('public_log', 'private_log', 'description', 'solution')
  group by a.class, a.home, a.target_model
)
select
  o.source_key,
  a.attribute,
  d.home,
  d.target_model,
  a.target_name,
  a.data_type,
  a.label,
  a.position,
  case
    when a.data_type = 'datetime' then intermediate.unix_time(o.field ->> a.attribute, setting.timezone)::text
    else coalesce(e.target_value, o.field ->> a.attribute)
  end as value
from staging.object_payload o
cross join ops.setting
join decided d on d.class = o.final_class
cross join lateral unnest(d.attributes) as a
left join ops.mapping_enum_value e on e.class = d.class and e.attribute = a.attribute and e.value = o.field ->> a.attribute
where o.field ->> a.attribute <> '' and (a.only_when_status is null or o.field ->> 'status' = any (a.only_when_status))
union all
-- A date that Intercom cannot hold is told as it stands.
select o.source_key, a.attribute, 'record_note', d.target_model, a.target_name, 'string', coalesce(a.label, a.target_name), a.position, o.field ->> a.attribute
from staging.object_payload o
cross join ops.setting
join decided d on d.class = o.final_class and d.home = 'attribute' and d.target_model = 'conversation'
cross join lateral unnest(d.attributes) as a
where a.data_type = 'datetime' and o.field ->> a.attribute <> '' and intermediate.unix_time(o.field ->> a.attribute, setting.timezone) is null
  and (a.only_when_status is null or o.field ->> 'status' = any (a.only_when_status))
union all
-- The link set is not read with the ticket: its rows are.
select c.ticket_key, a.attribute, a.home, a.target_model, a.target_name, a.data_type, a.label, a.position, c.impacted_ci_name
from intermediate.impacted_ci c
join intermediate.ticket t on t.ticket_key = c.ticket_key
join ops.mapping_attribute a on a.class = t.final_class and a.attribute = 'functionalcis_list' and a.home in ('attribute', 'record_note')
where c.impacted_ci_name is not null;

comment on view intermediate.attribute_value is 'One row per object and mapped field that holds a value: what the mapping makes of it.';
comment on column intermediate.attribute_value.value is 'Text; enum values by their mapped name, dates as seconds since 1970.';
comment on column intermediate.attribute_value.home is 'attribute: a custom attribute in Intercom; record_note: a line of the record note.';
