create view staging.service as
select
  o.source_key as service_key,
  o.version_id as raw_version,
  f.name,
  f.status,
  f.servicefamily_name as family_name,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (name text, status text, servicefamily_name text)
where o.root_class = 'Service';

comment on view staging.service is 'One row per service, as last seen in iTop.';
comment on column staging.service.service_key is 'Source key: Service::id.';
comment on column staging.service.name is 'Name in iTop.';
comment on column staging.service.status is 'iTop status: implementation, production, obsolete.';
comment on column staging.service.family_name is 'Family of services it belongs to.';
