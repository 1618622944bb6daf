insert into ops.itop_class (class, root_class, parent_class, is_standard) values ('AcmeRequest', 'Ticket', 'UserRequest', false);
insert into ops.mapping_class (class, destination, rule, reason) values ('AcmeRequest', 'conversation', 'T1', 'as UserRequest');
insert into ops.mapping_status (class, status, conversation_state) select 'AcmeRequest', status, conversation_state from ops.mapping_status where class = 'UserRequest';
