create view staging.attachment as
with source as (
  select o.source_key, o.version_id, o.source_id, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    item_class text, item_id text, creation_date text, user_id text, contact_id text, temp_id text)
  where o.root_class = 'Attachment'
)
select
  source_key as attachment_key,
  version_id as raw_version,
  source_id as itop_id,
  item_class as owner_class,
  nullif(nullif(item_id, '0'), '') as owner_id,
  case when item_class in (select class from staging.ticket_class) then staging.reference('Ticket', item_id) end as ticket_key,
  staging.reference('User', user_id) as user_key,
  staging.reference('Contact', contact_id) as contact_key,
  staging.local_time(creation_date, setting.timezone) as created_at,
  observed_at
from source cross join ops.setting;

comment on view staging.attachment is 'One row per attached file, as last seen in iTop; the bytes are in staging.blob_source.';
comment on column staging.attachment.attachment_key is 'Source key: Attachment::id.';
comment on column staging.attachment.owner_class is 'Final class of the object it hangs on.';
comment on column staging.attachment.owner_id is 'Id of that object; null for an upload that was never submitted (rule A2).';
comment on column staging.attachment.ticket_key is 'Ticket it hangs on; null for objects of classes that become no conversation.';
comment on column staging.attachment.user_key is 'Account that uploaded it.';
comment on column staging.attachment.contact_key is 'Person who uploaded it.';
comment on column staging.attachment.created_at is 'Time of the upload, which precedes the form it was sent with.';
