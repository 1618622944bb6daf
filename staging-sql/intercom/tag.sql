create view intercom.tag as
select
  'tag:' || t.name as target_key,
  min(t.source_key) as source_key,
  null::bigint as raw_version,
  t.name,
  sha256(convert_to(t.name, 'UTF8')) as payload_hash
from (
  select service_key as source_key, intermediate.without_itop_addresses(name) as name
  from staging.tagged_service
) t
group by t.name;

comment on view intercom.tag is 'One row per tag that must exist: names of services, where the mapping sends them there instead of an attribute (rule K1).';
comment on column intercom.tag.target_key is 'tag: and the name.';
comment on column intercom.tag.source_key is 'Service of that name; the first where several share it.';
comment on column intercom.tag.raw_version is 'None: a tag may stand for several services.';
comment on column intercom.tag.name is 'Name in Intercom.';
comment on column intercom.tag.payload_hash is 'SHA-256 over what is sent.';
