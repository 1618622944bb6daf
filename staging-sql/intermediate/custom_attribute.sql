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
  -- Intercom holds strings of up to 255 characters.
  case
    when data_type in ('integer', 'float', 'datetime') and pg_input_is_valid(value, 'numeric') then to_jsonb(value::numeric)
    when data_type = 'boolean' then to_jsonb(value in ('true', 'yes', '1'))
    when data_type = 'string' then to_jsonb(case when length(value) > 255 then left(value, 254) || '…' else value end)
  end as target_value,
  data_type = 'string' and length(value) > 255 as is_truncated
from joined;

comment on view intermediate.custom_attribute is 'One row per object and custom attribute with a value.';
comment on column intermediate.custom_attribute.value is 'The whole value as text.';
comment on column intermediate.custom_attribute.target_value is 'The value as Intercom takes it; null where it does not fit the type.';
comment on column intermediate.custom_attribute.is_truncated is 'Cut at 255 characters, the longest Intercom is known to take.';
