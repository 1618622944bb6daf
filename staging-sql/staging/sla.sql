create view staging.sla as
select
  o.source_key as sla_key,
  o.version_id as raw_version,
  f.name,
  f.organization_name as provider_name,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (name text, organization_name text)
where o.root_class = 'SLA';

comment on view staging.sla is 'One row per service level agreement, as last seen in iTop.';
comment on column staging.sla.sla_key is 'Source key: SLA::id.';
comment on column staging.sla.name is 'Name in iTop.';
comment on column staging.sla.provider_name is 'Organization that provides the service.';
