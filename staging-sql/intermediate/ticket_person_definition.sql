create view intermediate.ticket_person_definition as
with customer as (
  select caller_key as person_key from intermediate.ticket where caller_key is not null
  union
  select person_key from intermediate.linked_person
), writer as (
  select distinct r.person_key
  from intermediate.account_role r
  -- The first message of an account is enough: an index finds it, where a join would read all messages.
  cross join lateral (select from intermediate.ticket_message m where m.user_key = r.user_key limit 1) as message
  where r.is_portal and r.person_key is not null
), caller as (
  select a.person_key, rank() over (partition by a.email_address order by c.ticket_count desc) as ticket_rank
  from intermediate.shared_address a
  join intermediate.person_ticket_count c on c.person_key = a.person_key
), named as (
  table customer
  union
  table writer
)
select
  n.person_key,
  c.person_key is not null as is_needed_by_ticket,
  w.person_key is not null as is_portal_writer,
  r.ticket_rank
from named n
left join customer c on c.person_key = n.person_key
left join writer w on w.person_key = n.person_key
left join caller r on r.person_key = n.person_key;

comment on view intermediate.ticket_person_definition is 'One row per person that tickets in scope name: all that tickets decide about contacts. Materialised as intermediate.ticket_person, so that a ticket that changes none of it leaves the contacts alone.';
comment on column intermediate.ticket_person_definition.person_key is 'The person, Contact::id.';
comment on column intermediate.ticket_person_definition.is_needed_by_ticket is 'Caller or linked contact of a ticket in scope.';
comment on column intermediate.ticket_person_definition.is_portal_writer is 'Wrote log entries through a portal account.';
comment on column intermediate.ticket_person_definition.ticket_rank is 'Among the persons who share an address: 1 for who called most often, the same number for the same count. A rank and not a count, because a count changes with each new ticket. Null for who called never or shares no address.';
