create view staging.team_member as
select
  o.source_key as team_member_key,
  o.version_id as raw_version,
  staging.reference('Contact', f.team_id) as team_key,
  staging.reference('Contact', f.person_id) as person_key,
  f.team_name,
  f.person_id_friendlyname as person_name,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (team_id text, person_id text, team_name text, person_id_friendlyname text)
where o.root_class = 'lnkPersonToTeam';

comment on view staging.team_member is 'One row per team and person in it, as last seen in iTop.';
comment on column staging.team_member.team_member_key is 'Source key of the link: lnkPersonToTeam::id.';
comment on column staging.team_member.team_key is 'Team that the person belongs to.';
comment on column staging.team_member.person_key is 'Person in the team.';
comment on column staging.team_member.team_name is 'Name of the team.';
comment on column staging.team_member.person_name is 'Friendly name of the person.';
