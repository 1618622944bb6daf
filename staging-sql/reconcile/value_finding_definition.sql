create view reconcile.value_finding_definition as
with dated_class as (
  -- The dates that the mapping sends into attributes, a row a class: a payload is opened once, not once an attribute.
  select class, array_agg(attribute) as attributes
  from ops.mapping_attribute
  where home = 'attribute' and data_type = 'datetime'
  group by class
), dated as (
  select o.source_key, a.attribute as field, o.field ->> a.attribute as value
  from staging.object_payload o
  cross join lateral (select * from dated_class where class = o.final_class offset 0) as d
  cross join lateral unnest(d.attributes) as a (attribute)
  where o.field ->> a.attribute <> ''
), doubtful as (
  select
    d.source_key, d.field, d.value,
    case
      when l.read_at is null then 'no_date'
      when l.read_at < timestamptz '1970-01-02 00:00:00+00' and intermediate.unix_time(d.value, setting.timezone) is null then 'before_1970'
      when (l.read_at + interval '1 hour') at time zone setting.timezone = l.read_at at time zone setting.timezone then 'either_hour'
    end as reason_code
  from dated d
  cross join ops.setting
  -- "offset 0" keeps a time one value: each mention of it would read the date again.
  cross join lateral (select staging.local_time(d.value, setting.timezone) as read_at offset 0) as l
), unfitting as (
  -- Whatever is text fits a string. Attributes of other types are asked for first: where there are none, no object is looked at.
  select source_key, target_name as field, value
  from intermediate.custom_attribute
  where target_value is null and data_type <> 'datetime'
    and exists (select from ops.mapping_attribute where home = 'attribute' and data_type not in ('string', 'datetime'))
    and target_name = any (array(select target_name from ops.mapping_attribute where home = 'attribute' and data_type not in ('string', 'datetime')))
  union all
  select source_key, target_name, value
  from intermediate.mapped_object_attribute
  where target_value is null and data_type <> 'datetime'
    and exists (select from ops.mapping_attribute where home = 'attribute' and data_type not in ('string', 'datetime'))
)
select source_key || '/' || field as finding_key, source_key, field, value, reason_code
from doubtful
where reason_code is not null
union all
select source_key || '/' || field || '/no_number', source_key, field, value, 'no_number'
from unfitting;

comment on view reconcile.value_finding_definition is 'One row per value of an object that an attribute in Intercom cannot hold, or holds as one of two readings: part of reconcile.record_finding. Materialised as reconcile.value_finding, for finding the few of them reads every payload.';
comment on column reconcile.value_finding_definition.finding_key is 'Identity of the finding: source key, field, and the reason where a field can have another too.';
comment on column reconcile.value_finding_definition.source_key is 'Object that holds the value.';
comment on column reconcile.value_finding_definition.field is 'Attribute in iTop; of a number the attribute in Intercom.';
comment on column reconcile.value_finding_definition.value is 'As iTop has it.';
comment on column reconcile.value_finding_definition.reason_code is 'no_date, before_1970, either_hour, no_number.';
