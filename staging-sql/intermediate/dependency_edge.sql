create view intermediate.dependency_edge as
with person_of_ticket as (
  select caller_key as person_key, ticket_key from intermediate.ticket where caller_key is not null
  union
  select agent_key, ticket_key from intermediate.ticket where agent_key is not null
  union
  select person_key, ticket_key from intermediate.linked_person
  union
  select a.person_key, m.ticket_key
  from intermediate.ticket_message m
  join staging.user_account a on a.user_key = m.user_key
  where a.person_key is not null
), user_of_ticket as (
  select distinct user_key, ticket_key from intermediate.ticket_message where user_key is not null
)
select person_key as changed_key, ticket_key from person_of_ticket
union
select organization_key, ticket_key from intermediate.ticket where organization_key is not null
union
select user_key, ticket_key from user_of_ticket
union
select inline_image_key, ticket_key from staging.inline_image where ticket_key is not null
union
select p.user_profile_key, u.ticket_key from staging.user_profile_ever p join user_of_ticket u on u.user_key = p.user_key;

comment on view intermediate.dependency_edge is 'One row per object and ticket whose conversation it shapes: when the object changes, the conversation is built again.';
comment on column intermediate.dependency_edge.changed_key is 'Source key of the object.';
