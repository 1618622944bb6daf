create view intermediate.ticket_parent_definition as
table staging.ticket_parent;

comment on view intermediate.ticket_parent_definition is 'One row per ticket of any class that belongs to another: its parents. Materialised as intermediate.ticket_parent: the children of a few tickets are found without opening the payloads of all.';
comment on column intermediate.ticket_parent_definition.ticket_key is 'Source key of the ticket: Ticket::id.';
comment on column intermediate.ticket_parent_definition.ref is 'Number of the ticket shown to people.';
comment on column intermediate.ticket_parent_definition.parent_request_key is 'Request that it belongs to; null where none.';
comment on column intermediate.ticket_parent_definition.parent_incident_key is 'Incident that it belongs to; null where none.';
