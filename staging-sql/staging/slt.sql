create view staging.slt as
select
  o.source_key as slt_key,
  o.version_id as raw_version,
  f.name,
  f.metric,
  f.request_type,
  f.priority,
  f.value,
  f.unit,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (name text, metric text, request_type text, priority text, value text, unit text)
where o.root_class = 'SLT';

comment on view staging.slt is 'One row per service level target, as last seen in iTop.';
comment on column staging.slt.slt_key is 'Source key: SLT::id.';
comment on column staging.slt.name is 'Name in iTop.';
comment on column staging.slt.metric is 'tto: time to own; ttr: time to resolve.';
comment on column staging.slt.request_type is 'Kind of ticket it holds for: incident or service_request.';
comment on column staging.slt.priority is 'Code of the priority it holds for.';
comment on column staging.slt.value is 'The target, in the unit beside it, as iTop gave it.';
comment on column staging.slt.unit is 'minutes, hours or days.';
