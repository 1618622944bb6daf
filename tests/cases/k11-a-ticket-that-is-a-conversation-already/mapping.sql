insert into ops.mapping_attribute (class, attribute, home, target_name, rule) values ('UserRequest', 'intercom_ref', 'field', 'existing_conversation', 'K11');
