create view intermediate.dependency_edge as
select caller_key as changed_key, ticket_key from intermediate.ticket where caller_key is not null
union
select agent_key, ticket_key from intermediate.ticket where agent_key is not null
union
select organization_key, ticket_key from intermediate.ticket where organization_key is not null
union
select person_key, ticket_key from intermediate.linked_person
union
select r.person_key, m.ticket_key
from intermediate.account_role r
join intermediate.ticket_message m on m.user_key = r.user_key
where r.person_key is not null
union
select user_key, ticket_key from intermediate.ticket_message where user_key is not null
union
select inline_image_key, ticket_key from staging.inline_image where ticket_key is not null
union
select p.user_profile_key, m.ticket_key
from staging.user_profile_ever p
join intermediate.ticket_message m on m.user_key = p.user_key;

comment on view intermediate.dependency_edge is 'One row per object and ticket whose conversation it shapes: when the object changes, the conversation is built again.';
comment on column intermediate.dependency_edge.changed_key is 'Source key of the object.';
comment on column intermediate.dependency_edge.ticket_key is 'Ticket whose conversation is shaped by it.';
