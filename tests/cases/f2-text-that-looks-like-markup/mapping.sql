update ops.mapping_class set destination = 'custom_object', target_type = 'ConfigurationItem' where class = 'Server';
update ops.mapping_class set destination = 'custom_object', target_type = 'Change' where class = 'NormalChange';
insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, label, position, rule) values
  ('Server', 'owner_note', 'attribute', 'custom_object', 'owner_note', 'string', null, 0, 'F2'),
  ('Server', 'description', 'attribute', 'custom_object', 'description', 'string', null, 0, 'F2'),
  ('NormalChange', 'description', 'attribute', 'custom_object', 'plan', 'string', null, 0, 'F2'),
  ('UserRequest', 'legal_text', 'record_note', null, null, null, 'Legal text', 90, 'T6'),
  ('UserRequest', 'legal_note', 'record_note', null, null, null, 'Legal note', 91, 'T6');
insert into ops.model_class (class) values ('UserRequest');
insert into ops.model_attribute (class, attribute, type, kind, is_custom) values
  ('UserRequest', 'description', 'AttributeText', 'html', false), ('UserRequest', 'legal_text', 'AttributeHTML', 'html', true), ('UserRequest', 'legal_note', 'AttributeText', 'text', true);
