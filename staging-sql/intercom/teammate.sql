-- No union: the key of one agent must reach the index of the persons through it.
create view intercom.teammate as
select p.person_key as target_key, coalesce(d.value, p.email_address) as email, p.full_name as name
from intermediate.person p
left join ops.decision d on d.kind = 'teammate' and d.key = p.person_key
where exists (select from intermediate.account_role r where r.person_key = p.person_key and not r.is_portal)
  or exists (select from intermediate.ticket t where t.agent_key = p.person_key);

comment on view intercom.teammate is 'One row per agent, to be found among the workspace''s teammates by address (rule T5). Teammates are never created.';
comment on column intercom.teammate.target_key is 'Source key of the agent''s person.';
comment on column intercom.teammate.email is 'Address in iTop, or that of the teammate who was decided to stand for the agent.';
comment on column intercom.teammate.name is 'Full name of the person in iTop.';
