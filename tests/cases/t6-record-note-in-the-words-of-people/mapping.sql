insert into ops.itop_class (class, root_class, parent_class, is_standard) values ('TagSetFieldDataFor_UserRequest__topics', 'TagSetFieldData', 'TagSetFieldData', false);
insert into ops.mapping_class (class, destination, rule, reason) values ('TagSetFieldDataFor_UserRequest__topics', 'reference', 'K1', 'labels of tags');
insert into ops.mapping_attribute (class, attribute, home, label, position, rule) values
  ('UserRequest', 'topics', 'record_note', 'Topics', 70, 'T6'),
  ('UserRequest', 'moods', 'record_note', 'Moods', 71, 'T6');
