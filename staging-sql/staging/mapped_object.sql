create view staging.mapped_object as
select
  o.source_key,
  o.version_id as raw_version,
  o.root_class,
  o.final_class,
  coalesce(m.target_type, o.final_class) as type_identifier,
  o.payload - array['private_log', 'public_log', 'log'] as field,
  o.payload ->> 'status' as status,
  coalesce(nullif(o.payload ->> 'creation_date', ''), nullif(o.payload ->> 'start_date', '')) as created_date_local,
  nullif(o.payload ->> 'last_update', '') as updated_date_local,
  nullif(o.payload ->> 'approval_date', '') as approval_date_local,
  nullif(o.payload ->> 'acceptance_date', '') as acceptance_date_local,
  o.observed_at
from staging.usable_object o
join ops.mapping_class m on m.class = o.final_class and m.destination = 'custom_object';

comment on view staging.mapped_object is 'One row per object whose class becomes a custom object in Intercom. Its logs are left out: they are delivered as files only (rule F2).';
comment on column staging.mapped_object.type_identifier is 'Custom object type in Intercom.';
comment on column staging.mapped_object.field is 'The object''s fields without its logs.';
comment on column staging.mapped_object.status is 'iTop status.';
comment on column staging.mapped_object.created_date_local is 'Creation, or start, in iTop''s zone.';
comment on column staging.mapped_object.updated_date_local is 'Last update, in iTop''s zone.';
comment on column staging.mapped_object.approval_date_local is 'When a change was approved, in iTop''s zone.';
comment on column staging.mapped_object.acceptance_date_local is 'When a change was accepted, in iTop''s zone.';
