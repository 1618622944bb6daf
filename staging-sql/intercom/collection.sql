create view intercom.collection as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as name,
  null::text as description,
  null::text as parent_key,
  null::bytea as payload_hash
where false;

comment on view intercom.collection is 'One row per collection of the help centre. Empty: nothing is mapped to collections yet.';
