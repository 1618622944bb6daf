insert into ops.itop_class (class, root_class, is_standard) values ('CustomAsset', 'CustomAsset', false) on conflict do nothing;
update ops.mapping_class set destination = 'custom_object', target_type = 'Change' where class in ('NormalChange', 'RoutineChange');
update ops.mapping_class set destination = 'custom_object', target_type = 'ConfigurationItem' where class = 'Server';
insert into ops.mapping_class (class, destination, target_type, rule, reason) values ('CustomAsset', 'custom_object', 'Asset', 'F3', 'test');
insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, rule) values
  ('NormalChange', 'title', 'attribute', 'custom_object', 'title', 'string', 'F2'),
  ('NormalChange', 'fallback', 'attribute', 'custom_object', 'fallback_plan', 'string', 'F2'),
  ('Server', 'name', 'attribute', 'custom_object', 'name', 'string', 'K5'),
  ('Server', 'tickets_list', 'attribute', 'custom_object', 'configuration_items', 'string', 'K5'),
  ('CustomAsset', 'qty', 'attribute', 'custom_object', 'quantity', 'integer', 'F3'),
  ('CustomAsset', 'price', 'attribute', 'custom_object', 'price', 'float', 'F3'),
  ('CustomAsset', 'purchase_date', 'attribute', 'custom_object', 'purchased_at', 'datetime', 'F3'),
  ('CustomAsset', 'last_checked', 'attribute', 'custom_object', 'checked_at', 'datetime', 'F3'),
  ('CustomAsset', 'parent_id', 'attribute', 'custom_object', 'parent', 'string', 'F3'),
  ('CustomAsset', 'is_shared', 'attribute', 'custom_object', 'is_shared', 'boolean', 'F3'),
  ('CustomAsset', 'body_html', 'attribute', 'custom_object', 'text', 'string', 'F3'),
  ('CustomAsset', 'log', 'attribute', 'custom_object', 'log', 'string', 'F3');

insert into ops.model_class (class) values ('CustomAsset');
insert into ops.model_attribute (class, attribute, type, kind, is_custom) values ('CustomAsset', 'body_html', 'AttributeHTML', 'html', true);
