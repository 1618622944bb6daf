create view staging.inline_image as
with source as (
  select o.source_key, o.version_id, o.source_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (item_class text, item_id text)
  where o.root_class = 'InlineImage'
)
select
  source_key as inline_image_key,
  version_id as raw_version,
  source_id as itop_id,
  item_class as owner_class,
  nullif(nullif(item_id, '0'), '') as owner_id,
  case when item_class in (select class from staging.ticket_class) then staging.reference('Ticket', item_id) end as ticket_key,
  observed_at
from source;

comment on view staging.inline_image is 'One row per picture pasted into a text, as last seen in iTop. Its secret is never read.';
comment on column staging.inline_image.inline_image_key is 'Source key: InlineImage::id.';
comment on column staging.inline_image.owner_class is 'Final class of the object whose text shows it.';
comment on column staging.inline_image.owner_id is 'Id of that object; null for a picture that was never submitted (rule A2).';
comment on column staging.inline_image.ticket_key is 'Ticket it belongs to; null for objects of classes that become no conversation.';
