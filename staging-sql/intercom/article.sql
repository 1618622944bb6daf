create view intercom.article as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as title,
  null::text as body,
  null::text as description,
  null::text as collection_key,
  null::text as state,
  null::bytea as payload_hash
where false;

comment on view intercom.article is 'One row per article of the help centre. Empty: nothing is mapped to articles yet.';
