create view intercom.teammate as
select p.person_key as target_key, p.email_address as email, p.full_name as name
from staging.person p
join intermediate.person_role r on r.person_key = p.person_key and r.is_agent
union
select p.person_key, p.email_address, p.full_name
from staging.person p
join staging.user_request t on t.agent_key = p.person_key;

comment on view intercom.teammate is 'One row per agent, to be found among the workspace''s teammates by address (rule T5). Teammates are never created.';
comment on column intercom.teammate.target_key is 'Source key of the agent''s person.';
