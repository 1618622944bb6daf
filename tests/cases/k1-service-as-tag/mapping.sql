update ops.mapping_class set destination = 'tag' where class = 'Service';
insert into ops.mapping_class (class, destination, rule, reason) values ('Service', 'tag', 'K1', 'test') on conflict (class) do nothing;
