create view handoff.file as
select
  b.source_key || '/' || b.attribute as file_key,
  b.source_key,
  coalesce(o.final_class, split_part(b.source_key, '::', 1)) as class,
  coalesce(nullif(o.payload ->> 'item_class', '') || '::' || (o.payload ->> 'item_id'), o.payload ->> 'name', b.source_key) as belongs_to,
  b.file_name,
  b.media_type,
  b.byte_size,
  b.blob_hash,
  b.finding
from staging.blob_source b
left join raw.latest_object o on o.source_key = b.source_key
where b.source_key not in (select target_key from intercom.conversation_part_file)
  and b.source_key not like '%#%'
  and not coalesce(o.payload ->> 'item_class' in ('UserRequest', 'Incident') and o.root_class = 'InlineImage', false);

comment on view handoff.file is 'One row per file that goes with no conversation: of documents, articles, CIs, changes and custom objects (rule A2), delivered as files.';
comment on column handoff.file.belongs_to is 'Object it hangs on.';
comment on column handoff.file.blob_hash is 'SHA-256 of the bytes.';
comment on column handoff.file.finding is 'What is wrong with the file (rule A3).';
