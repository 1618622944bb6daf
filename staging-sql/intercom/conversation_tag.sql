create view intercom.conversation_tag as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as conversation_key,
  null::text as tag_key,
  null::bytea as payload_hash
where false;

comment on view intercom.conversation_tag is 'One row per tag of a conversation. Empty: nothing is mapped to tags yet.';
