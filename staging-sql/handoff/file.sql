create view handoff.file as
select
  b.source_key || '/' || b.attribute as file_key,
  b.source_key,
  coalesce(o.final_class, split_part(b.source_key, '::', 1)) as class,
  coalesce(f.owner_class || '::' || f.owner_id, o.name, b.source_key) as belongs_to,
  b.file_name,
  b.media_type,
  b.byte_size,
  b.blob_hash,
  b.finding
from staging.blob_source b
left join staging.object o on o.source_key = b.source_key
left join (
  select attachment_key as file_key, owner_class, owner_id, false as is_picture from staging.attachment
  union all
  select inline_image_key, owner_class, owner_id, true from staging.inline_image
) f on f.file_key = b.source_key
where (
    b.source_key not in (select target_key from intercom.conversation_part_file)
    -- Too big for a request: named in a note of its conversation, delivered here.
    or b.source_key in (select i.target_key from load.identity i where i.target_type = 'attachment_handed_off')
  )
  and b.source_key not like '%#%'
  -- A ticket's pasted pictures go with its texts or stay in them as pointers.
  and not coalesce(f.is_picture and f.owner_class in (select class from staging.ticket_class), false);


comment on view handoff.file is 'One row per file that goes with no conversation: of documents, articles, CIs, changes and custom objects (rule A2), delivered as files.';
comment on column handoff.file.belongs_to is 'Object it hangs on.';
comment on column handoff.file.blob_hash is 'SHA-256 of the bytes.';
comment on column handoff.file.finding is 'What is wrong with the file (rule A3).';
comment on column handoff.file.file_key is 'Object that holds the file, and the attribute.';
comment on column handoff.file.class is 'Final class of the object that holds the file; its root class where iTop does not hold it any more.';
