insert into ops.itop_class (class, root_class, is_standard) values ('TemplateField', 'TemplateField', false);
insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values
  ('UserRequest', 'service_details', 'record_note', 'Request form', 70, 'T6');
