-- What is known of the opening and of each message of a ticket: its author in iTop and in Intercom, its files, the calls that sent it, and
-- what was found different. $1: workspace; $2: source key of the ticket.
with part as materialized (
  select item_key, target_key from intercom.conversation_part where conversation_key = $2
  union all
  select $2 || '#description', $2
)
select p.item_key, p.target_key, i.target_id, m.author_rule, u.login as account, u.person_key as account_person_key,
  (select coalesce(t.name, c.name)
   from load.journal j
   left join load.teammate t on t.workspace_id_code = $1 and t.admin_id = j.payload ->> 'admin_id'
   left join load.identity a on a.workspace_id_code = $1 and a.target_type = 'contact'
     and a.target_id = coalesce(j.payload ->> 'intercom_user_id', j.payload -> 'from' ->> 'id')
   left join intercom.contact c on c.target_key = a.target_key
   where j.workspace_id_code = $1 and j.source_key = $2 and j.target_key = p.target_key and j.state = 'done'
     and j.operation in ('createConversation', 'replyConversation')
   order by j.journal_id desc limit 1) as sent_author,
  (select jsonb_agg(jsonb_build_object('key', b.source_key, 'attribute', b.attribute, 'name', f.file_name, 'type', f.media_type, 'bytes', b.byte_size) order by f.position)
   from intercom.conversation_part_file f join raw.blob_source b on b.source_key = f.source_key and b.blob_hash = f.blob_hash
   where f.conversation_key = $2 and f.part_key = p.target_key) as files,
  (select jsonb_agg(jsonb_build_object('id', j.journal_id::text, 'operation', j.operation, 'state', j.state, 'at', j.intent_at) order by j.journal_id)
   from load.journal j where j.workspace_id_code = $1 and j.source_key = $2 and j.target_key = p.target_key) as calls,
  (select jsonb_agg(jsonb_build_object('check', v.check_name, 'field', v.field, 'expected', v.expected, 'actual', v.actual))
   from reconcile.verdict v where v.workspace_id_code = $1 and v.phase = 'conversations' and v.target_key = p.target_key and v.verdict in ('failed', 'unknown')) as differences
from part p
left join intermediate.thread_part m on m.item_key = p.item_key
left join intermediate.ticket_message w on w.item_key = p.item_key
left join staging.user_account u on u.user_key = w.user_key
left join load.identity i on i.workspace_id_code = $1 and i.target_key = p.target_key and i.target_type in ('part', 'conversation')
