create view intercom.conversation_part_definition as
with body as (
  select
    p.item_key,
    p.ticket_key,
    p.kind,
    p.position,
    p.sent_at,
    p.is_private,
    case when p.is_misdated then to_char(p.written_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') end as stated_time,
    p.author_kind,
    p.author_key,
    coalesce(nullif(btrim(p.author_name), ''), '(no name)') as author_name,
    -- The API shows HTML in notes; in comments it is not known to, so they are plain text.
    p.is_private and length(r.html) <= s.body_limit as is_html,
    -- The beginning of the opening is the conversation's own body.
    case when p.kind = 'opening' then 2 else 1 end as first_number,
    -- A message of a file alone has no text of its own.
    case when btrim(r.text) = '' then '[file]' else r.html end as html,
    case when btrim(r.text) = '' then '[file]' else r.text end as text,
    s.body_limit
  from intermediate.thread_part p
  cross join ops.setting s
  join ops.rendered_body r on r.renderer_version = s.renderer_version and r.source_hash = p.source_hash
  left join intermediate.folded_message f on f.item_key = p.item_key and f.ticket_key = p.ticket_key
  where f.item_key is null and (p.kind <> 'opening' or length(r.text) > s.body_limit) and (btrim(r.text) <> '' or p.item_key in (select a.item_key from intermediate.attachment_place a where a.ticket_key = p.ticket_key and a.is_sendable))
), numbered as (
  -- Most bodies are one piece: a series in the list of columns costs less than one joined.
  select
    b.*,
    generate_series(first_number, case when is_html then 1 else (length(text) + body_limit - 1) / body_limit end) as number,
    unnest((case when is_html then array[html] when length(text) <= body_limit then array[text] else intermediate.pieces(text, body_limit) end)[first_number:]) as slice
  from body b
), piece as (
  select
    n.*,
    case
      when stated_time is null or number > first_number then ''
      when is_html then '<p>Dated ' || stated_time || ' UTC in iTop:</p>'
      else 'Dated ' || stated_time || e' UTC in iTop:\n\n'
    end || slice as content
  from numbered n
), transcript as (
  -- Few threads are folded: each is read by itself, so that the others are read once.
  select
    f.ticket_key || '#transcript/' || case when folded.is_private then 'private' else 'public' end as transcript_key,
    f.ticket_key,
    folded.is_private,
    s.body_limit,
    min(folded.position) as position,
    max(folded.sent_at) as sent_at,
    string_agg(e'\n\n' || to_char(folded.sent_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC, ' || folded.author_name || e':\n' || folded.text, '' order by folded.position) as text
  from ops.thread_fold f
  cross join ops.setting s
  cross join lateral (
    select
      p.is_private, p.position, p.sent_at,
      coalesce(nullif(btrim(p.author_name), ''), '(no name)') as author_name,
      case when btrim(r.text) = '' then '[file]' else r.text end as text
    from intermediate.thread_part p
    join ops.rendered_body r on r.renderer_version = s.renderer_version and r.source_hash = p.source_hash
    where p.ticket_key = f.ticket_key and p.item_key = any (f.item_keys)
    offset 0
  ) as folded
  group by f.ticket_key, folded.is_private, s.body_limit
), noted as (
  select
    item_key || case when number > 1 then '/' || number else '' end as target_key,
    item_key,
    ticket_key as conversation_key,
    position::bigint * 1000 + number as place,
    case when is_private then 'note' else 'comment' end as part_type,
    author_kind,
    author_key,
    sent_at as created_at,
    content,
    -- Put in front of the content behind the sort, which would otherwise move each body twice.
    case
      when is_html then '<p><b>' || intermediate.html_text(author_name) || '</b> wrote in iTop:</p>'
      else author_name || e' wrote in iTop:\n\n'
    end as attribution,
    is_html,
    null as own_content
  from piece
  union all
  select
    t.transcript_key || case when n.number > 1 then '/' || n.number else '' end, t.transcript_key, t.ticket_key,
    -- All that is folded is older than all that is not: the transcripts stand first, in the order of their last messages.
    t.position::bigint * 1000 + n.number,
    case when t.is_private then 'note' else 'comment' end, 'teammate', null, t.last_sent_at, c.content, '', false, null
  from (select transcript.*, max(sent_at) over (partition by ticket_key) as last_sent_at from transcript) as t
  cross join lateral unnest(intermediate.pieces(t.text, t.body_limit)) with ordinality as n (slice, number)
  cross join lateral (
    select 'Earlier messages of this thread (' || n.number || '/' || (length(t.text) + t.body_limit - 1) / t.body_limit || ')'
      || case when n.number = 1 then '' else e'\n' end || n.slice
  ) as c (content)
  union all
  select
    n.ticket_key || '#record_note', n.ticket_key || '#record_note', n.ticket_key, 9223372036854775807, 'note', 'teammate', null,
    date_trunc('second', greatest(n.observed_at, last_part.sent_at)), n.body, '', true, n.own_content
  from intermediate.record_note n
  left join (select ticket_key, max(sent_at) as sent_at from intermediate.thread_part group by ticket_key) as last_part
    on last_part.ticket_key = n.ticket_key
)
select
  target_key,
  item_key,
  conversation_key,
  row_number() over (partition by conversation_key order by place)::integer as position,
  part_type,
  author_kind,
  author_key,
  created_at,
  case when author_kind = 'teammate' and author_key is null then attribution || content else content end as body,
  attribution || content as attributed_body,
  case when is_html then 'html' else 'text' end as body_format,
  sha256(convert_to(jsonb_build_array(
    part_type, author_kind, author_key, case when own_content is null then created_at end, coalesce(own_content, content))::text, 'UTF8')) as payload_hash
from noted;

comment on view intercom.conversation_part_definition is 'One row per comment or note that follows the opening, in order.';
comment on column intercom.conversation_part_definition.target_key is 'The message''s item key; the continuations of a long body carry their number behind it (rule T8).';
comment on column intercom.conversation_part_definition.item_key is 'Message it comes from; the transcript itself where it holds many (rule T7).';
comment on column intercom.conversation_part_definition.position is 'Place among the parts, from 1; the record note is last.';
comment on column intercom.conversation_part_definition.part_type is 'comment: the customer sees it; note: only teammates do.';
comment on column intercom.conversation_part_definition.author_key is 'Contact, or person of the agent; null for the fallback teammate.';
comment on column intercom.conversation_part_definition.body is 'What to send when the author is found in the workspace.';
comment on column intercom.conversation_part_definition.attributed_body is 'What to send in the name of the fallback teammate, also for a contact who cannot take part: the first line names the author as iTop showed him.';
comment on column intercom.conversation_part_definition.body_format is 'html or text.';
comment on column intercom.conversation_part_definition.payload_hash is 'SHA-256 over what is sent. Of a record note over what the ticket itself holds: a renamed organization, person or service is no change of it (rule D1).';
comment on column intercom.conversation_part_definition.conversation_key is 'Conversation that holds the part: the ticket''s source key.';
comment on column intercom.conversation_part_definition.author_kind is 'contact or teammate. A note is never by a contact.';
comment on column intercom.conversation_part_definition.created_at is 'Time that is sent.';
