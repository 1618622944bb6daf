create view handoff.teammate_setup as
select distinct on (p.person_key)
  p.person_key,
  p.full_name as name,
  p.email_address as email,
  r.recommendation,
  coalesce(t.teams, '') as teams,
  (select count(*) from staging.ticket d where d.agent_key = p.person_key) as assigned_tickets
from staging.user_account a
join intermediate.account_role k on k.user_key = a.user_key and not k.is_portal
join staging.person p on p.person_key = a.person_key
join handoff.role r on r.user_key = a.user_key and a.is_enabled
left join (
  select 'Contact::' || (payload ->> 'person_id') as person_key, string_agg(distinct payload ->> 'team_name', ', ' order by payload ->> 'team_name') as teams
  from raw.latest_object where root_class = 'lnkPersonToTeam' group by 1
) t on t.person_key = p.person_key
order by p.person_key, r.recommendation like 'full seat%' desc, r.recommendation, a.user_key;

comment on view handoff.teammate_setup is 'One row per person with an enabled account of an agent, also where he has two: the teammate to invite, his seat and teams.';
comment on column handoff.teammate_setup.assigned_tickets is 'Tickets assigned to him in iTop.';
