create view intermediate.attachment_place_definition as
with file as not materialized (
  select
    a.attachment_key, a.raw_version, a.itop_id, a.ticket_key, a.user_key, a.created_at, t.started_at, t.agent_key,
    coalesce(r.person_key, a.contact_key) as person_key, r.login
  from intermediate.attachment a
  join intermediate.ticket t on t.ticket_key = a.ticket_key
  left join intermediate.account_role r on r.user_key = a.user_key
), written as not materialized (
  select m.item_key, m.ticket_key, m.kind, m.is_private, m.written_at, m.user_key, r.person_key
  from intermediate.ticket_message m
  left join intermediate.account_role r on r.user_key = m.user_key
  where not m.is_empty
), candidate as (
  -- One form saved both: the history says so.
  select f.ticket_key, f.attachment_key, w.item_key, w.is_private, 1 as step, 0::numeric as distance
  from file f
  cross join lateral (
    select ticket_key, change_key
    from intermediate.change_operation
    where attachment_key = f.attachment_key and final_class = 'CMDBChangeOpAttachmentAdded' and change_key is not null
    order by split_part(change_operation_key, '::', 2)::bigint desc
    limit 1
  ) as d
  join intermediate.change_operation c on c.change_key = d.change_key and c.ticket_key = f.ticket_key
  join written w on w.item_key = case c.final_class
    when 'CMDBChangeOpCreate' then f.ticket_key || '#description'
    when 'CMDBChangeOpSetAttributeCaseLog' then f.ticket_key || '#' || c.attribute || '/' || c.log_index end
  where d.ticket_key = f.ticket_key
  union all
  -- The uploader wrote within a minute.
  select f.ticket_key, f.attachment_key, w.item_key, w.is_private, 2, abs(extract(epoch from w.written_at - f.created_at))
  from file f
  join written w on w.ticket_key = f.ticket_key and w.kind <> 'opening'
    and w.written_at between f.created_at - interval '60 seconds' and f.created_at + interval '60 seconds'
    and (w.user_key = f.user_key
      or f.person_key = case when w.kind in ('solution', 'pending_reason') then f.agent_key else w.person_key end)
  union all
  -- Uploads precede the form that opens the ticket.
  select f.ticket_key, f.attachment_key, f.ticket_key || '#description', false, 3, 0
  from file f
  where f.created_at <= f.started_at + interval '60 seconds'
), chosen as (
  select distinct on (ticket_key, attachment_key) ticket_key, attachment_key, item_key, is_private, step
  from candidate
  order by ticket_key, attachment_key, step, is_private desc, distance, item_key
)
select
  f.attachment_key,
  f.raw_version,
  f.itop_id,
  f.ticket_key,
  c.item_key,
  (array['same form', 'same writer within a minute', 'opening'])[c.step] as placed_by,
  f.user_key,
  coalesce(nullif(p.full_name, ''), f.login, '') as uploader_name,
  f.created_at,
  coalesce(b.file_name, f.attachment_key) as file_name,
  b.media_type,
  b.blob_hash,
  b.byte_size,
  b.finding,
  b.blob_hash is not null and coalesce(b.finding, 'bytes differ') = 'bytes differ' as is_sendable
from file f
left join chosen c on c.ticket_key = f.ticket_key and c.attachment_key = f.attachment_key
left join intermediate.person p on p.person_key = f.person_key
left join staging.blob_source b on b.source_key = f.attachment_key;

comment on view intermediate.attachment_place_definition is 'One row per file on a ticket in scope: the message it goes with (rule A1). Materialised as intermediate.attachment_place.';
comment on column intermediate.attachment_place_definition.item_key is 'Message that carries it; null where it gets a part of its own. Where a public and a private message qualify, the private one.';
comment on column intermediate.attachment_place_definition.placed_by is 'Which part of the rule decided: same form, same writer within a minute, opening; null for a part of its own.';
comment on column intermediate.attachment_place_definition.uploader_name is 'Name of the uploader.';
comment on column intermediate.attachment_place_definition.is_sendable is 'There are bytes to send. Bytes that differ from the stated size are sent and listed.';
comment on column intermediate.attachment_place_definition.file_name is 'Name of the file.';
comment on column intermediate.attachment_place_definition.finding is 'What is wrong with the file (rule A3).';
comment on column intermediate.attachment_place_definition.ticket_key is 'Ticket it hangs on.';
