create view staging.contact_to_ticket as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    ticket_id text, contact_id text, contact_id_friendlyname text, contact_id_finalclass_recall text, role_code text)
  where o.root_class = 'lnkContactToTicket'
)
select
  source_key as contact_to_ticket_key,
  version_id as raw_version,
  staging.reference('Ticket', ticket_id) as ticket_key,
  staging.reference('Contact', contact_id) as contact_key,
  contact_id_finalclass_recall as contact_class,
  btrim(regexp_replace(contact_id_friendlyname, '\s+', ' ', 'g')) as contact_name,
  role_code,
  observed_at
from source;

comment on view staging.contact_to_ticket is 'One row per contact linked to a ticket. Computed links are remade by iTop, so a link is identified by its pair.';
comment on column staging.contact_to_ticket.contact_to_ticket_key is 'Source key of the link: lnkContactToTicket::id.';
comment on column staging.contact_to_ticket.ticket_key is 'Ticket::id of the linked ticket.';
comment on column staging.contact_to_ticket.contact_key is 'Contact::id of the linked person or team.';
comment on column staging.contact_to_ticket.contact_class is 'Person or Team.';
comment on column staging.contact_to_ticket.contact_name is 'Friendly name of the linked contact.';
comment on column staging.contact_to_ticket.role_code is 'manual, computed or do_not_notify.';
