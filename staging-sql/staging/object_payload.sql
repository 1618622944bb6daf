create view staging.object_payload as
select o.source_key, o.version_id as raw_version, o.root_class, o.final_class, p.field
from staging.usable_object o
-- "offset 0" keeps the small payload one value instead of an expression that each field evaluates again.
cross join lateral (select o.payload - array['public_log', 'private_log', 'description', 'solution'] as field offset 0) as p;

comment on view staging.object_payload is 'One row per object with its short fields: what the mapping reaches for. Logs and long bodies have views of their own.';
comment on column staging.object_payload.root_class is 'Root of the class tree: ids are unique within it.';
comment on column staging.object_payload.final_class is 'Class of the object itself.';
comment on column staging.object_payload.field is 'Fields as iTop gave them.';
