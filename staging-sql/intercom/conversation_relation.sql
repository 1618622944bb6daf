create view intercom.conversation_relation as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as conversation_key,
  null::text as attribute,
  null::text[] as instance_keys,
  null::bytea as payload_hash
where false;

comment on view intercom.conversation_relation is 'One row per relationship attribute of a conversation. Empty: nothing is mapped to relations yet.';
