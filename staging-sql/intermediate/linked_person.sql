create view intermediate.linked_person as
select
  l.ticket_key,
  l.contact_key as person_key,
  lower(l.contact_name) as name_folded,
  count(*) over (partition by l.ticket_key, lower(l.contact_name)) as same_name_count
from (
  select distinct ticket_key, contact_key, contact_name
  from staging.contact_to_ticket
  where contact_class = 'Person'
) l;

comment on view intermediate.linked_person is 'One row per ticket and linked person.';
comment on column intermediate.linked_person.name_folded is 'Lower-cased name, to compare authors of mail replies with.';
comment on column intermediate.linked_person.same_name_count is 'Linked persons of the ticket with this name: only a single one can be told by name (rule T4b).';
