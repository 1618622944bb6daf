create view staging.contact_to_ticket_ever as
select distinct o.source_key as contact_to_ticket_key, 'Ticket::' || (o.payload ->> 'ticket_id') as ticket_key
from raw.object o
where o.root_class = 'lnkContactToTicket' and o.op = 'upsert';

comment on view staging.contact_to_ticket_ever is 'One row per link row and ticket it ever belonged to: a link that is gone still tells which ticket it changed.';
