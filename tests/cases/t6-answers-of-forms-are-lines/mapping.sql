insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values
  ('UserRequest', 'service_details', 'record_note', 'Request form', 70, 'T6');
