create view staging.sla_to_slt as
select
  o.source_key as sla_to_slt_key,
  o.version_id as raw_version,
  staging.reference('SLA', f.sla_id) as sla_key,
  staging.reference('SLT', f.slt_id) as slt_key,
  o.observed_at
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (sla_id text, slt_id text)
where o.root_class = 'lnkSLAToSLT';

comment on view staging.sla_to_slt is 'One row per service level agreement and target of it, as last seen in iTop.';
comment on column staging.sla_to_slt.sla_to_slt_key is 'Source key of the link: lnkSLAToSLT::id.';
comment on column staging.sla_to_slt.sla_key is 'Agreement that holds the target.';
comment on column staging.sla_to_slt.slt_key is 'Target that it holds.';
