create view intermediate.person_role as
with agent as (
  select person_key from intermediate.account_role where person_key is not null group by person_key having bool_or(not is_portal)
)
select
  p.person_key,
  a.person_key is not null as is_agent,
  coalesce(t.is_needed_by_ticket, false) as is_needed_by_ticket,
  coalesce(t.is_portal_writer, false) as is_portal_writer
from intermediate.person p
left join agent a on a.person_key = p.person_key
left join intermediate.ticket_person t on t.person_key = p.person_key;

comment on view intermediate.person_role is 'One row per person: what the tickets in scope make of them.';
comment on column intermediate.person_role.is_agent is 'Has an account that is not a portal account.';
comment on column intermediate.person_role.is_needed_by_ticket is 'Caller or linked contact of a ticket in scope.';
comment on column intermediate.person_role.is_portal_writer is 'Wrote log entries through a portal account.';
