create view intermediate.ticket_message_definition as
with item as (
  select
    t.ticket_key || '#' || f.kind || coalesce('/' || replace(f.date_local, ' ', 'T'), '') as item_key, t.ticket_key, t.raw_version,
    case f.kind when 'description' then 'opening' else f.kind end as kind, null::integer as log_index, null::text as user_key,
    f.author_name, f.written_at, f.source_format, f.source, false as is_empty
  from staging.ticket t
  cross join lateral (values
    ('description', null, t.caller_name, t.started_at, 'html', coalesce(t.description, '')),
    ('solution', coalesce(t.resolution_date_local, 'undated'), t.agent_name, coalesce(t.resolved_at, t.closed_at, t.updated_at), 'html', t.solution),
    ('pending_reason', coalesce(t.last_pending_date_local, 'undated'), t.agent_name, coalesce(t.last_pending_at, t.updated_at), 'text', t.pending_reason),
    ('user_comment', coalesce(t.close_date_local, 'undated'), t.caller_name, coalesce(t.closed_at, t.updated_at), 'text', t.user_comment)
  ) as f (kind, date_local, author_name, written_at, source_format, source)
  where f.source is not null
  union all
  select
    e.item_key, e.source_key, e.raw_version, e.log, e.log_index, e.user_key, e.author_name, e.written_at,
    'html', coalesce(nullif(e.message_html, ''), intermediate.html_text(e.message), ''), e.is_empty
  from staging.log_entry e
  where e.root_class = 'Ticket' and e.log in ('public_log', 'private_log')
)
select
  item_key,
  ticket_key,
  raw_version,
  kind,
  kind in ('private_log', 'pending_reason', 'user_comment') as is_private,
  log_index,
  user_key,
  author_name,
  written_at,
  is_empty,
  source_format,
  source,
  staging.body_hash(source_format, source) as source_hash
from item
where ticket_key in (select ticket_key from intermediate.ticket);

comment on view intermediate.ticket_message_definition is 'One row per message of a ticket in scope: opening, log entries, solution, pending reason, closing remark (rules T1, T2). Materialised as intermediate.ticket_message.';
comment on column intermediate.ticket_message_definition.item_key is 'Identity of the message. A field that iTop overwrites is keyed by its date: a new date is a new message (rule D1).';
comment on column intermediate.ticket_message_definition.kind is 'opening, public_log, private_log, solution, pending_reason or user_comment.';
comment on column intermediate.ticket_message_definition.is_private is 'Never visible to a customer.';
comment on column intermediate.ticket_message_definition.source_format is 'html or text: what source holds.';
comment on column intermediate.ticket_message_definition.source is 'The body as iTop gave it.';
comment on column intermediate.ticket_message_definition.source_hash is 'SHA-256 over format and source: key of ops.rendered_body.';
comment on column intermediate.ticket_message_definition.ticket_key is 'Ticket of the message.';
comment on column intermediate.ticket_message_definition.raw_version is 'Version of the ticket in raw.object that the message was read from.';
comment on column intermediate.ticket_message_definition.log_index is 'Place of an entry in its log, from 0; null for other messages.';
comment on column intermediate.ticket_message_definition.user_key is 'Account that wrote an entry; null where iTop names none, and for other messages.';
comment on column intermediate.ticket_message_definition.author_name is 'Author as iTop shows him: of an entry its writer, of the opening and the closing remark the caller, else the agent.';
comment on column intermediate.ticket_message_definition.written_at is 'Time in iTop; null for text without a date.';
comment on column intermediate.ticket_message_definition.is_empty is 'An entry without text: no part is made of it (rule T2).';
