create view staging.duration_attribute as
select class, attribute from ops.model_attribute where type in ('AttributeDuration', 'AttributeStopWatch')
union
select c.class, n.attribute
from ops.mapping_class c
cross join (values ('tto'), ('ttr'), ('cumulatedpending'), ('time_spent'), ('sla_tto_over'), ('sla_ttr_over')) as n (attribute)
where c.destination = 'conversation';

comment on view staging.duration_attribute is 'One row per attribute whose value is a number of seconds: by its type in the data model file, and those of standard tickets.';
comment on column staging.duration_attribute.class is 'iTop class.';
comment on column staging.duration_attribute.attribute is 'iTop attribute code.';
