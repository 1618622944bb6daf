create view staging.tag as
select o.source_key as tag_key, o.version_id as raw_version, f.obj_class as class, f.obj_attcode as attribute, f.code, nullif(btrim(f.label), '') as label
from staging.usable_object o
cross join lateral jsonb_to_record(o.payload) as f (obj_class text, obj_attcode text, code text, label text)
where o.root_class = 'TagSetFieldData';

comment on view staging.tag is 'One row per tag that iTop offers in a tag set.';
comment on column staging.tag.tag_key is 'Source key: TagSetFieldData::id.';
comment on column staging.tag.class is 'Class that has the tag set.';
comment on column staging.tag.attribute is 'Attribute that is the tag set.';
comment on column staging.tag.code is 'Code that iTop''s values hold.';
comment on column staging.tag.label is 'What people see.';
