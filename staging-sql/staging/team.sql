create view staging.team as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (name text, status text, org_id text, email text)
  where o.root_class = 'Contact' and o.final_class = 'Team'
)
select
  source_key as team_key,
  version_id as raw_version,
  staging.reference('Organization', org_id) as organization_key,
  name,
  nullif(email, '') as email,
  ops.email_address(email) as email_address,
  status,
  observed_at
from source;

comment on view staging.team is 'One row per team, as last seen in iTop.';
comment on column staging.team.team_key is 'Source key of the team: Contact::id.';
comment on column staging.team.organization_key is 'Organization the team belongs to.';
comment on column staging.team.name is 'Name in iTop.';
comment on column staging.team.email is 'Address as iTop holds it; null where it has none.';
comment on column staging.team.email_address is 'Address trimmed and lower-cased, to compare with; empty where it has none.';
comment on column staging.team.status is 'iTop status: active, inactive.';
