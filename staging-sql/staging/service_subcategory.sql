create view staging.service_subcategory as
select
  o.source_key as service_subcategory_key,
  o.version_id as raw_version,
  staging.reference('Service', f.service_id) as service_key,
  f.name,
  f.request_type,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (service_id text, name text, request_type text)
where o.root_class = 'ServiceSubcategory';

comment on view staging.service_subcategory is 'One row per subcategory of a service, as last seen in iTop.';
comment on column staging.service_subcategory.service_subcategory_key is 'Source key: ServiceSubcategory::id.';
comment on column staging.service_subcategory.service_key is 'Service it belongs to.';
comment on column staging.service_subcategory.name is 'Name in iTop.';
comment on column staging.service_subcategory.request_type is 'Kind of ticket it is for: incident or service_request.';
