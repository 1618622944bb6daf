create view intercom.custom_object_instance as
select
  null::text as target_key,
  null::text as source_key,
  null::bigint as raw_version,
  null::text as type_identifier,
  null::text as external_id,
  null::timestamptz as external_created_at,
  null::timestamptz as external_updated_at,
  null::jsonb as custom_attributes,
  null::bytea as payload_hash
where false;

comment on view intercom.custom_object_instance is 'One row per custom object instance to be loaded. Empty: nothing is mapped to custom objects yet.';
