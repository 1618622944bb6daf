create view staging.object_field as
select
  o.source_key,
  o.raw_version,
  o.root_class,
  o.final_class,
  f.attribute,
  f.value
from staging.object_payload o
join ops.mapping_class c on c.class = o.final_class and c.destination in ('conversation', 'contact', 'company')
cross join lateral jsonb_each_text(o.field) as f (attribute, value)
where f.value is not null and f.value <> '';

comment on view staging.object_field is 'One row per object and filled field, as text: the relation through which the mapping reaches any attribute. Logs and long bodies have views of their own.';
comment on column staging.object_field.attribute is 'iTop attribute code.';
comment on column staging.object_field.value is 'Value as iTop gave it.';
comment on column staging.object_field.root_class is 'Root of the class tree: ids are unique within it.';
comment on column staging.object_field.final_class is 'Class of the object itself.';
