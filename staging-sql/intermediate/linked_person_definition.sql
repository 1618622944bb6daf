create view intermediate.linked_person_definition as
select
  l.ticket_key || '/' || l.contact_key as linked_person_key,
  l.ticket_key,
  l.contact_key as person_key,
  min(lower(l.contact_name)) as name_folded,
  count(*) over (partition by l.ticket_key, min(lower(l.contact_name))) as same_name_count,
  bool_or(l.role_code = 'do_not_notify') is true as is_kept_out
from intermediate.contact_to_ticket l
join intermediate.ticket t on t.ticket_key = l.ticket_key
-- A link that names nobody is none.
where l.contact_class = 'Person' and l.contact_key is not null
group by l.ticket_key, l.contact_key;

comment on view intermediate.linked_person_definition is 'One row per ticket in scope and linked person. Materialised as intermediate.linked_person.';
comment on column intermediate.linked_person_definition.linked_person_key is 'Pair of ticket and person.';
comment on column intermediate.linked_person_definition.name_folded is 'Lower-cased name, to compare authors of mail replies with.';
comment on column intermediate.linked_person_definition.same_name_count is 'Linked persons of the ticket with this name: only a single one can be identified by name (rule T4b).';
comment on column intermediate.linked_person_definition.is_kept_out is 'iTop must not notify this person about the ticket: never a participant of its conversation (rule K6).';
comment on column intermediate.linked_person_definition.person_key is 'Contact::id of the linked person.';
