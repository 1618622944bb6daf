create view intercom.conversation_part_file as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as part_key,
  null::text as conversation_key,
  null::integer as position,
  null::text as file_name,
  null::text as media_type,
  null::bytea as blob_hash,
  null::bigint as byte_size,
  null::bytea as payload_hash
where false;

comment on view intercom.conversation_part_file is 'One row per file on a part. Empty: no attachment is placed yet.';
