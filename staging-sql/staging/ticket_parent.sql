create view staging.ticket_parent as
select
  o.source_key as ticket_key,
  f.ref,
  staging.reference('Ticket', f.parent_request_id) as parent_request_key,
  staging.reference('Ticket', f.parent_incident_id) as parent_incident_key
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (ref text, parent_request_id text, parent_incident_id text)
where o.root_class = 'Ticket'
  and (nullif(nullif(f.parent_request_id, '0'), '') is not null or nullif(nullif(f.parent_incident_id, '0'), '') is not null);

comment on view staging.ticket_parent is 'One row per ticket of any class that belongs to another: its parents.';
comment on column staging.ticket_parent.ticket_key is 'Source key of the ticket: Ticket::id.';
comment on column staging.ticket_parent.ref is 'Number of the ticket shown to people.';
comment on column staging.ticket_parent.parent_request_key is 'Request that it belongs to; null where none.';
comment on column staging.ticket_parent.parent_incident_key is 'Incident that it belongs to; null where none.';
