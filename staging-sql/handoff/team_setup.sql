create view handoff.team_setup as
select
  t.team_key,
  t.name,
  t.email,
  coalesce(m.members, '') as members,
  (select count(*) from staging.ticket d where d.team_key = t.team_key) as tickets
from staging.team t
left join (
  select team_key, string_agg(distinct person_name, ', ' order by person_name) as members from staging.team_member group by team_key
) m on m.team_key = t.team_key;

comment on view handoff.team_setup is 'One row per team in iTop: the team to make by hand in Intercom, under the same name, before the load.';
comment on column handoff.team_setup.tickets is 'Tickets dispatched to it in iTop.';
comment on column handoff.team_setup.members is 'Names of the persons in it.';
comment on column handoff.team_setup.name is 'Name of the team.';
