create view staging.functional_ci_to_ticket as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    ticket_id text, functionalci_id text, functionalci_name text, functionalci_id_friendlyname text,
    functionalci_id_finalclass_recall text, impact_code text)
  where o.root_class = 'lnkFunctionalCIToTicket'
)
select
  source_key as functional_ci_to_ticket_key,
  version_id as raw_version,
  staging.reference('Ticket', ticket_id) as ticket_key,
  staging.reference('FunctionalCI', functionalci_id) as functional_ci_key,
  functionalci_id_finalclass_recall as ci_class,
  coalesce(nullif(btrim(functionalci_name), ''), nullif(btrim(functionalci_id_friendlyname), ''), 'CI ' || functionalci_id) as ci_name,
  impact_code,
  observed_at
from source;

comment on view staging.functional_ci_to_ticket is 'One row per CI linked to a ticket. Computed links are remade by iTop, so a link is identified by its pair.';
comment on column staging.functional_ci_to_ticket.functional_ci_to_ticket_key is 'Source key of the link: lnkFunctionalCIToTicket::id.';
comment on column staging.functional_ci_to_ticket.functional_ci_key is 'FunctionalCI::id.';
comment on column staging.functional_ci_to_ticket.ci_class is 'Final class of the CI.';
comment on column staging.functional_ci_to_ticket.ci_name is 'Name of the CI.';
comment on column staging.functional_ci_to_ticket.impact_code is 'manual, computed or not_impacted.';
comment on column staging.functional_ci_to_ticket.ticket_key is 'Ticket::id of the linked ticket.';
