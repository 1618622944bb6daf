create view intercom.teammate as
with agent as (
  select p.person_key, p.email_address, p.full_name
  from staging.person p
  join intermediate.person_role r on r.person_key = p.person_key and r.is_agent
  union
  select p.person_key, p.email_address, p.full_name
  from staging.person p
  join intermediate.ticket t on t.agent_key = p.person_key
)
select a.person_key as target_key, coalesce(d.value, a.email_address) as email, a.full_name as name
from agent a
left join ops.decision d on d.kind = 'teammate' and d.key = a.person_key;

comment on view intercom.teammate is 'One row per agent, to be found among the workspace''s teammates by address (rule T5). Teammates are never created.';
comment on column intercom.teammate.target_key is 'Source key of the agent''s person.';
comment on column intercom.teammate.email is 'Address in iTop, or that of the teammate who was decided to stand for the agent.';
comment on column intercom.teammate.name is 'Full name of the person in iTop.';
