create view handoff.custom_object_setup as
with attribute as (
  select coalesce(m.target_type, m.class) as type_identifier, m.class, a.target_name, a.data_type, m.class || '.' || a.attribute as source
  from ops.mapping_class m
  join ops.mapping_attribute a on a.class = m.class and a.home = 'attribute' and a.target_model = 'custom_object' and a.attribute <> 'tickets_list'
  where m.destination = 'custom_object'
  union all
  select coalesce(m.target_type, m.class), m.class, 'itop_class', 'string', 'class in iTop'
  from ops.mapping_class m where m.destination = 'custom_object'
  union all
  select coalesce(m.target_type, m.class), m.class, 'itop_approval', 'string', 'approval by dates'
  from ops.mapping_class m join staging.change_class c on c.class = m.class and c.needs_approval where m.destination = 'custom_object'
  union all
  select coalesce(m.target_type, m.class), m.class, 'itop_is_linked_to_ticket', 'boolean', 'named by a migrated ticket'
  from ops.mapping_class m join ops.itop_class c on c.class = m.class and c.root_class = 'FunctionalCI' where m.destination = 'custom_object'
  union all
  select coalesce(m.target_type, m.class), m.class, a.target_name, 'relationship from conversation, many to many', 'CIs of the ticket'
  from ops.mapping_class m
  join ops.mapping_attribute a on a.class = m.class and a.home = 'attribute' and a.target_model = 'custom_object' and a.attribute = 'tickets_list'
  where m.destination = 'custom_object'
)
select type_identifier, target_name as attribute, min(data_type) as data_type, string_agg(distinct source, ', ' order by source) as filled_from
from attribute
group by type_identifier, target_name;

comment on view handoff.custom_object_setup is 'One row per custom object type and attribute to be made by hand in Intercom: types cannot be made by its API.';
comment on column handoff.custom_object_setup.type_identifier is 'Identifier of the type, exactly so.';
comment on column handoff.custom_object_setup.filled_from is 'Classes and attributes of iTop.';
comment on column handoff.custom_object_setup.attribute is 'Name of the attribute, exactly so.';
comment on column handoff.custom_object_setup.data_type is 'string, integer, float, boolean, datetime, or the relationship to make.';
