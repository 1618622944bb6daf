create view staging.object as
select
  source_key,
  version_id as raw_version,
  root_class,
  final_class,
  source_id as itop_id,
  coalesce(payload ->> 'ref', payload ->> 'friendlyname', payload ->> 'name') as label,
  payload ->> 'name' as name,
  payload as field,
  observed_at
from staging.usable_object;

comment on view staging.object is 'One row per object that iTop holds, of any class, with all its fields: for what is delivered or shown as a whole. What asks for single fields reads the view of the class.';
comment on column staging.object.label is 'What people call it: its ref, else its friendly name, else its name.';
comment on column staging.object.name is 'Its field name; null where the class has none.';
comment on column staging.object.field is 'All fields as iTop gave them, logs included.';
