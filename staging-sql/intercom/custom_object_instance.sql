create view intercom.custom_object_instance as
with linked as (
  select l.functional_ci_key, count(distinct l.ticket_key) as ticket_count
  from staging.functional_ci_to_ticket l
  join intermediate.ticket t on t.ticket_key = l.ticket_key
  where l.impact_code is distinct from 'not_impacted'
  group by l.functional_ci_key
), shaped as (
  select
    o.source_key as target_key,
    o.source_key,
    o.raw_version,
    o.type_identifier,
    o.source_key as external_id,
    staging.local_time(o.created_date_local, setting.timezone) as external_created_at,
    staging.local_time(o.updated_date_local, setting.timezone) as external_updated_at,
    jsonb_strip_nulls(jsonb_build_object(
      'itop_class', o.final_class,
      'itop_approval', intermediate.change_approval(change.needs_approval, o.status, o.acceptance_date_local, o.approval_date_local),
      'itop_is_linked_to_ticket', case when o.root_class = 'FunctionalCI' then coalesce(l.ticket_count, 0) > 0 end))
      || coalesce(a.attributes, '{}') as custom_attributes
  from staging.mapped_object o
  cross join ops.setting
  left join staging.change_class change on change.class = o.final_class
  left join linked l on l.functional_ci_key = o.source_key
  left join (
    select source_key, jsonb_object_agg(target_name, target_value) as attributes
    from intermediate.mapped_object_attribute where target_value is not null group by source_key
  ) a on a.source_key = o.source_key
)
select
  shaped.*,
  sha256(convert_to(jsonb_build_array(type_identifier, external_id, extract(epoch from external_created_at)::bigint,
    extract(epoch from external_updated_at)::bigint, custom_attributes)::text, 'UTF8')) as payload_hash
from shaped;

comment on view intercom.custom_object_instance is 'One row per custom object instance to be loaded (rules F2, F3): objects of every class that the mapping sends to a custom object type.';
comment on column intercom.custom_object_instance.target_key is 'The object''s source key.';
comment on column intercom.custom_object_instance.external_id is 'The object''s source key: an instance is found again by it.';
comment on column intercom.custom_object_instance.external_created_at is 'Creation, or start, in iTop.';
comment on column intercom.custom_object_instance.external_updated_at is 'Last update in iTop.';
comment on column intercom.custom_object_instance.custom_attributes is 'Attributes by name: the mapped ones, the class, for changes the approval, for CIs whether a migrated ticket names them.';
comment on column intercom.custom_object_instance.payload_hash is 'SHA-256 over what is sent.';
