create view intercom.conversation_part_file_definition as
with shown as (
  select
    p.ticket_key,
    p.item_key,
    p.kind,
    p.position,
    e.reference ->> 'kind' as reference_kind,
    e.reference ->> 'target' as target,
    e.place,
    count(*) filter (where e.reference ->> 'kind' = 'data_image') over (partition by p.ticket_key, p.item_key order by e.place) as data_image_number
  from intermediate.thread_part p
  cross join ops.setting s
  join ops.rendered_body r on r.renderer_version = s.renderer_version and r.source_hash = p.source_hash
  cross join lateral jsonb_array_elements(r.reference) with ordinality as e (reference, place)
  where r.reference <> '[]' and e.reference ->> 'kind' in ('inline_image', 'data_image')
), picture as (
  -- A picture that two messages show goes with the first. One that belongs to another object stays a pointer.
  select distinct on (s.ticket_key, s.target)
    i.inline_image_key as target_key, i.inline_image_key as source_key, i.raw_version, s.ticket_key, s.item_key, s.place,
    coalesce(b.file_name, 'picture') as file_name, b.media_type, b.blob_hash, b.byte_size, b.finding
  from shown s
  join staging.inline_image i on i.inline_image_key = s.target and i.ticket_key = s.ticket_key
  join staging.blob_source b on b.source_key = i.inline_image_key
  where s.reference_kind = 'inline_image'
  order by s.ticket_key, s.target, s.position, s.place
), embedded as (
  select
    s.item_key || '!' || s.data_image_number as target_key, b.source_key, t.raw_version, s.ticket_key, s.item_key, s.place,
    coalesce(b.file_name, 'picture-' || s.data_image_number) as file_name, b.media_type, b.blob_hash, b.byte_size, b.finding
  from shown s
  join intermediate.ticket t on t.ticket_key = s.ticket_key
  join staging.blob_source b
    on b.source_key in (s.item_key || '!' || s.data_image_number, s.ticket_key || '#' || s.kind || '!' || s.data_image_number)
  where s.reference_kind = 'data_image'
), placed as (
  select target_key, source_key, raw_version, ticket_key, item_key, 1 as sort, place as number, file_name, media_type, blob_hash, byte_size
  from (table picture union all table embedded) as in_text
  where blob_hash is not null and coalesce(finding, 'bytes differ') = 'bytes differ'
  union all
  select
    attachment_key, attachment_key, raw_version, ticket_key, coalesce(item_key, attachment_key || '#file'), 2,
    row_number() over (partition by ticket_key order by created_at, itop_id), file_name, media_type, blob_hash, byte_size
  from intermediate.attachment_place
  where is_sendable
), carried as (
  select placed.*, coalesce(f.transcript_key, placed.item_key) as part_key
  from placed
  left join intermediate.folded_message f on f.item_key = placed.item_key
)
select
  target_key,
  source_key,
  raw_version,
  part_key,
  ticket_key as conversation_key,
  row_number() over (partition by ticket_key, part_key order by sort, item_key, number, target_key)::integer as position,
  file_name,
  media_type,
  blob_hash,
  byte_size,
  sha256(convert_to(jsonb_build_array(part_key, file_name, media_type, encode(blob_hash, 'hex'))::text, 'UTF8')) as payload_hash
from carried;

comment on view intercom.conversation_part_file_definition is 'One row per file that goes with a part of a conversation: attachments, pasted pictures and pictures inside texts (rule A1).';
comment on column intercom.conversation_part_file_definition.target_key is 'The file''s own key: Attachment::37, InlineImage::2, Ticket::83#private_log/0!1.';
comment on column intercom.conversation_part_file_definition.source_key is 'Key of the bytes in staging.blob_source.';
comment on column intercom.conversation_part_file_definition.part_key is 'Part in intercom.conversation_part that carries it; Ticket::id#description for the opening, whose files come right after it.';
comment on column intercom.conversation_part_file_definition.conversation_key is 'Conversation of the part.';
comment on column intercom.conversation_part_file_definition.position is 'Place among the files of its part, from 1.';
comment on column intercom.conversation_part_file_definition.media_type is 'Media type as iTop holds it.';
comment on column intercom.conversation_part_file_definition.blob_hash is 'SHA-256 of the bytes: key in the blob store.';
comment on column intercom.conversation_part_file_definition.byte_size is 'Bytes.';
comment on column intercom.conversation_part_file_definition.raw_version is 'Version in raw.object of the object that holds the file.';
comment on column intercom.conversation_part_file_definition.file_name is 'Name that is sent; a made one where iTop has none.';
comment on column intercom.conversation_part_file_definition.payload_hash is 'SHA-256 over what is sent, bytes by their hash.';
