-- A value that does not fit its attribute's type would vanish.
select source_key || '.' || target_name as record_key, data_type as expected, left(value, 80) as actual
from (
  select source_key, target_name, data_type, value from intermediate.custom_attribute where target_value is null
  union all
  select source_key, target_name, data_type, value from intermediate.mapped_object_attribute where target_value is null
) as unfitting
