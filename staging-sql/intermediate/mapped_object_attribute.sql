create view intermediate.mapped_object_attribute as
with tag as materialized (
  select class, attribute, code, label from staging.tag
), valued as (
  select
    o.source_key,
    a.target_name,
    a.data_type,
    a.position,
    case
      when a.data_type = 'datetime' then intermediate.unix_time(f.value, setting.timezone)::text
      when f.value like '[%' and jsonb_typeof(o.field -> f.attribute) = 'array' then (
        select string_agg(coalesce(own.target_value, tag.label, c.code), ', ' order by c.position)
        from jsonb_array_elements_text(o.field -> f.attribute) with ordinality as c (code, position)
        left join ops.mapping_enum_value own on own.class = o.final_class and own.attribute = f.attribute and own.value = c.code
        left join lateral (
          select t.label from tag t where t.attribute = f.attribute and t.code = c.code order by t.class = o.final_class desc, t.class limit 1
        ) as tag on true)
      -- HTML as text, by the renderer; whatever else looks like markup is text as it stands.
      when (o.final_class, f.attribute) in (select class, attribute from staging.html_attribute)
        then (select r.text from ops.rendered_body r
              where r.source_hash = staging.body_hash('html', f.value) and r.renderer_version = setting.renderer_version)
      else coalesce(e.target_value, f.value)
    end as value
  from staging.mapped_object o
  cross join ops.setting
  cross join lateral jsonb_each_text(o.field) as f (attribute, value)
  join ops.mapping_attribute a on a.class = o.final_class and a.attribute = f.attribute
    and a.home = 'attribute' and a.target_model = 'custom_object'
  left join ops.mapping_enum_value e on e.class = o.final_class and e.attribute = f.attribute and e.value = f.value
  where f.value is not null and f.value <> '' and f.value not in ('[]', '{}')
    and jsonb_typeof(o.field -> f.attribute) <> 'object'
    and not (f.attribute like '%\_id' and f.value = '0')
), joined as (
  select source_key, target_name, min(data_type) as data_type, intermediate.without_itop_addresses(string_agg(value, ', ' order by position)) as value
  from valued
  group by source_key, target_name
)
select
  source_key,
  target_name,
  data_type,
  value,
  intermediate.typed_value(data_type, value) as target_value,
  data_type = 'string' and length(value) > 255 as is_truncated
from joined
where value is not null and value <> '';

comment on view intermediate.mapped_object_attribute is 'One row per object that becomes a custom object and attribute of it that has a value. A missing value is absent, never 0, 1970 or a reference to id 0 (rule F3).';
comment on column intermediate.mapped_object_attribute.target_name is 'Attribute of the custom object type.';
comment on column intermediate.mapped_object_attribute.data_type is 'string, integer, float, boolean or datetime.';
comment on column intermediate.mapped_object_attribute.value is 'The whole value as text.';
comment on column intermediate.mapped_object_attribute.target_value is 'The value as Intercom takes it; null where it does not fit the type.';
comment on column intermediate.mapped_object_attribute.is_truncated is 'Cut at 255 characters.';
