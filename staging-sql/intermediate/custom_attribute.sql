create view intermediate.custom_attribute as
with joined as (
  select source_key, target_model, target_name, min(data_type) as data_type, string_agg(value, ', ' order by position) as value
  from intermediate.attribute_value
  where home = 'attribute' and value is not null
  group by source_key, target_model, target_name
)
select
  source_key,
  target_model,
  target_name,
  data_type,
  value,
  intermediate.typed_value(data_type, value) as target_value,
  data_type = 'string' and length(value) > 255 as is_truncated
from joined;

comment on view intermediate.custom_attribute is 'One row per object and custom attribute with a value.';
comment on column intermediate.custom_attribute.value is 'The whole value as text.';
comment on column intermediate.custom_attribute.target_value is 'The value as Intercom takes it; null where it does not fit the type.';
comment on column intermediate.custom_attribute.is_truncated is 'Cut at 255 characters, the longest Intercom is known to take.';
comment on column intermediate.custom_attribute.source_key is 'Object that holds the values.';
comment on column intermediate.custom_attribute.target_model is 'Intercom model that carries the attribute.';
comment on column intermediate.custom_attribute.target_name is 'Name of the attribute in Intercom.';
comment on column intermediate.custom_attribute.data_type is 'Intercom data type of the attribute.';
