create view intermediate.attribute_value as
with zone as (
  select value as name from ops.setting where name = 'itop.timezone'
)
select
  f.source_key,
  f.attribute,
  a.home,
  a.target_model,
  a.target_name,
  a.data_type,
  a.label,
  a.position,
  case
    when a.data_type = 'datetime' then extract(epoch from staging.local_time(f.value, zone.name))::bigint::text
    else coalesce(e.target_value, f.value)
  end as value
from staging.object_field f
cross join zone
join ops.mapping_attribute a on a.class = f.final_class and a.attribute = f.attribute and a.home in ('attribute', 'record_note')
left join ops.mapping_enum_value e on e.class = f.final_class and e.attribute = f.attribute and e.value = f.value
left join intermediate.ticket t on t.ticket_key = f.source_key and a.only_when_status is not null
where a.only_when_status is null or t.status = any (a.only_when_status)
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
