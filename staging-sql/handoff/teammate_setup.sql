create view handoff.teammate_setup as
select distinct on (p.person_key)
  p.person_key,
  p.full_name as name,
  p.email_address as email,
  r.recommendation,
  coalesce(t.teams, '') as teams,
  coalesce(d.tickets, 0) as assigned_tickets
from staging.user_account a
join intermediate.account_role k on k.user_key = a.user_key and not k.is_portal
join staging.person p on p.person_key = a.person_key
join handoff.role r on r.user_key = a.user_key and a.is_enabled
left join (
  select person_key, string_agg(distinct team_name, ', ' order by team_name) as teams from staging.team_member group by person_key
) t on t.person_key = p.person_key
-- Counted for all at once: to count for each agent would read all tickets as often as there are agents.
left join (select agent_key, count(*) as tickets from staging.ticket group by agent_key) d on d.agent_key = p.person_key
order by p.person_key, r.recommendation like 'full seat%' desc, r.recommendation, a.user_key;

comment on view handoff.teammate_setup is 'One row per person with an enabled account of an agent, also where he has two: the teammate to invite, his seat and teams.';
comment on column handoff.teammate_setup.assigned_tickets is 'Tickets assigned to him in iTop.';
comment on column handoff.teammate_setup.teams is 'Names of his teams in iTop.';
