create view intermediate.thread_message as
select
  item_key, ticket_key, raw_version, kind, is_private, log_index, user_key, author_name, written_at, is_empty, source_format, source, source_hash
from intermediate.ticket_message
union all
select
  f.attachment_key || '#file',
  f.ticket_key,
  f.raw_version,
  'attachment',
  s.attachments_own_part <> 'comment',
  null,
  f.user_key,
  f.uploader_name,
  f.created_at,
  false,
  'text',
  'File: ' || f.file_name,
  sha256(convert_to('text:File: ' || f.file_name, 'UTF8'))
from intermediate.attachment_place f
cross join ops.setting s
where f.item_key is null and f.is_sendable;

comment on view intermediate.thread_message is 'One row per message of a thread: those of the ticket, and one for each file that goes with none of them (rule A1).';
comment on column intermediate.thread_message.kind is 'opening, public_log, private_log, solution, pending_reason, user_comment or attachment.';
