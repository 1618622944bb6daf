create view intermediate.placeholder_caller_definition as
select distinct caller_contact_key as contact_key, split_part(caller_contact_key, '#', 1) as organization_key
from intermediate.ticket_participant
where is_placeholder;

comment on view intermediate.placeholder_caller_definition is 'One row per organization with tickets of no known caller: the contact that stands for all of them (rule K8). Materialised as intermediate.placeholder_caller.';
comment on column intermediate.placeholder_caller_definition.contact_key is 'Organization::id#placeholder.';
comment on column intermediate.placeholder_caller_definition.organization_key is 'The organization; Organization::0 for tickets that name none.';
