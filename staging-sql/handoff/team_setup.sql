create view handoff.team_setup as
select
  o.source_key as team_key,
  o.payload ->> 'name' as name,
  nullif(o.payload ->> 'email', '') as email,
  coalesce(m.members, '') as members,
  (select count(*) from staging.ticket d where d.team_key = o.source_key) as tickets
from raw.latest_object o
left join (
  select 'Contact::' || (payload ->> 'team_id') as team_key, string_agg(distinct payload ->> 'person_id_friendlyname', ', ' order by payload ->> 'person_id_friendlyname') as members
  from raw.latest_object where root_class = 'lnkPersonToTeam' group by 1
) m on m.team_key = o.source_key
where o.final_class = 'Team';

comment on view handoff.team_setup is 'One row per team in iTop: the team to make by hand in Intercom, under the same name, before the load.';
comment on column handoff.team_setup.tickets is 'Tickets dispatched to it in iTop.';
