create view staging.landed_object as
select h.source_key, h.version_id as raw_version, h.root_class, h.final_class, h.op = 'delete' as is_deleted, o.landed_at
from raw.head h
-- Left, though the version is always there: who does not ask when it landed does not open it.
left join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id;

comment on view staging.landed_object is 'One row per object that was ever landed, without its fields, also where iTop does not hold it any more.';
comment on column staging.landed_object.is_deleted is 'iTop does not hold it any more.';
