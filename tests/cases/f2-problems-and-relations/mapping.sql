update ops.mapping_class set destination = 'custom_object', target_type = 'Problem' where class = 'Problem';
update ops.mapping_class set destination = 'custom_object', target_type = 'ConfigurationItem' where class = 'Server';
insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, rule) values
  ('Problem', 'title', 'attribute', 'custom_object', 'title', 'string', 'F2'),
  ('Server', 'tickets_list', 'attribute', 'custom_object', 'configuration_items', 'string', 'K5')
on conflict (class, attribute) do update set home = excluded.home, target_model = excluded.target_model, target_name = excluded.target_name, data_type = excluded.data_type;
