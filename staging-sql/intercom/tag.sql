create view intercom.tag as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as name,
  null::bytea as payload_hash
where false;

comment on view intercom.tag is 'One row per tag that must exist. Empty: nothing is mapped to tags yet.';
