create view staging.traced_ticket as
select o.source_key as changed_key, o.root_class, staging.reference('Ticket', o.payload ->> 'ticket_id') as ticket_key
from raw.object o
where o.root_class in ('lnkContactToTicket', 'lnkFunctionalCIToTicket', 'WorkOrder')
union all
select o.source_key, o.root_class, staging.reference('Ticket', o.payload ->> 'item_id')
from raw.object o
where o.root_class in ('Attachment', 'InlineImage') and o.payload ->> 'item_class' in (select class from staging.ticket_class)
union all
select o.source_key, o.root_class, staging.reference('Ticket', o.payload ->> 'objkey')
from raw.object o
where o.root_class = 'CMDBChangeOp' and o.payload ->> 'objclass' in (select class from staging.ticket_class)
union all
select o.source_key, o.root_class, p.ticket_key
from raw.object o
cross join lateral (values
  (staging.reference('Ticket', o.payload ->> 'parent_request_id')), (staging.reference('Ticket', o.payload ->> 'parent_incident_id'))
) as p (ticket_key)
where o.root_class = 'Ticket' and p.ticket_key is not null;

comment on view staging.traced_ticket is 'One row per version of an object and ticket that it names: links, work orders, files, history and children say something about a ticket. All versions count, because the ticket that an object left changes too.';
comment on column staging.traced_ticket.changed_key is 'Source key of the object.';
comment on column staging.traced_ticket.ticket_key is 'Ticket that the version names; null where it names none.';
comment on column staging.traced_ticket.root_class is 'Top of the object''s class tree.';
