insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values ('UserRequest', 'sketch', 'record_note', 'Sketch', 70, 'T6');
