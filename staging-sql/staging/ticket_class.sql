create view staging.ticket_class as
select c.class
from ops.itop_class c
join ops.mapping_class m on m.class = c.class and m.destination = 'conversation'
where c.root_class = 'Ticket';

comment on view staging.ticket_class is 'One row per class of tickets that becomes a conversation by the mapping: user requests and incidents, unless somebody decided otherwise, and classes made of them.';
comment on column staging.ticket_class.class is 'Final class.';
