create view staging.set_aside_value as
select
  s.source_key,
  s.for_key,
  s.relation,
  s.attribute,
  -- Of the version that was set aside: a newer one may be correct already.
  case when s.attribute is not null then (
    select o.payload ->> s.attribute from raw.object o where o.source_key = s.source_key and o.version_id = s.version_id) end as value,
  s.reason
from ops.set_aside s;

comment on view staging.set_aside_value is 'One row per record that is set aside, with the value that a relation could not be computed with, where the attribute is known.';
comment on column staging.set_aside_value.source_key is 'Record that is set aside.';
comment on column staging.set_aside_value.for_key is 'Record that holds the value: itself, or one that it depends on.';
comment on column staging.set_aside_value.relation is 'Relation that could not be computed.';
comment on column staging.set_aside_value.attribute is 'Attribute that holds the value; null where Postgres does not quote it.';
comment on column staging.set_aside_value.value is 'What the attribute holds; null where the attribute is not known.';
comment on column staging.set_aside_value.reason is 'Why the record is set aside, in words.';
