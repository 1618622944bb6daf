create view intermediate.contact_to_ticket_definition as
table staging.contact_to_ticket;

comment on view intermediate.contact_to_ticket_definition is 'One row per contact linked to a ticket. Materialised as intermediate.contact_to_ticket: an index leads from a ticket to its contacts.';
