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
comment on column intermediate.thread_message.item_key is 'Identity of the message; of a file, its key and #file.';
comment on column intermediate.thread_message.ticket_key is 'Ticket of the thread.';
comment on column intermediate.thread_message.raw_version is 'Version in raw.object that the message was read from: of the ticket, or of the file.';
comment on column intermediate.thread_message.is_private is 'Never visible to a customer. A file with no message follows the setting attachments_own_part.';
comment on column intermediate.thread_message.log_index is 'Place of an entry in its log, from 0; null for other messages.';
comment on column intermediate.thread_message.user_key is 'Account that wrote or uploaded it; null where iTop names none.';
comment on column intermediate.thread_message.author_name is 'Author, or uploader, as iTop shows him.';
comment on column intermediate.thread_message.written_at is 'Time in iTop; null for text without a date.';
comment on column intermediate.thread_message.is_empty is 'An entry without text: no part is made of it (rule T2).';
comment on column intermediate.thread_message.source_format is 'html or text: what source holds.';
comment on column intermediate.thread_message.source is 'The body as iTop gave it; of a file, a line that names it.';
comment on column intermediate.thread_message.source_hash is 'SHA-256 over format and source: key of ops.rendered_body.';
