create view intermediate.ticket_participant as
select
  t.ticket_key,
  coalesce(d.survivor_key, coalesce(t.organization_key, 'Organization::0') || '#placeholder') as caller_contact_key,
  d.survivor_key is null as is_placeholder,
  lower(t.caller_name) as caller_name_folded
from intermediate.ticket t
left join intermediate.contact_decision d on d.person_key = t.caller_key;

comment on view intermediate.ticket_participant is 'One row per ticket: the contact who opens the conversation.';
comment on column intermediate.ticket_participant.caller_contact_key is 'Contact of the caller, or the placeholder contact of the ticket''s organization (rule K8).';
comment on column intermediate.ticket_participant.is_placeholder is 'iTop names no caller, or one that no longer exists.';
comment on column intermediate.ticket_participant.caller_name_folded is 'Lower-cased name, to compare authors of mail replies with.';
