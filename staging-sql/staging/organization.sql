create view staging.organization as
with source as (
  select o.source_key, o.version_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (name text, code text, status text, parent_id text)
  where o.root_class = 'Organization'
)
select
  source_key as organization_key,
  version_id as raw_version,
  staging.reference('Organization', parent_id) as parent_key,
  name,
  nullif(btrim(code), '') as code,
  status,
  observed_at
from source;

comment on view staging.organization is 'One row per organization, as last seen in iTop.';
comment on column staging.organization.organization_key is 'Source key of the organization: Organization::id.';
comment on column staging.organization.raw_version is 'Version in raw.object that the row shows.';
comment on column staging.organization.parent_key is 'Organization above it; null at the top.';
comment on column staging.organization.name is 'Name in iTop.';
comment on column staging.organization.code is 'Customer''s own code; null where empty.';
comment on column staging.organization.status is 'iTop status: active, inactive.';
comment on column staging.organization.observed_at is 'When iTop was asked.';
