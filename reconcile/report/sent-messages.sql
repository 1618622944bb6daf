-- What was sent of some tickets, in order, with the author's name and whether the text is HTML. $1: workspace; $2: source keys.
select j.source_key, j.payload, j.operation, coalesce(t.name, p.name, c.target_key) as author,
  coalesce(j.payload ->> 'message_type' = 'note', false) or exists (
    select from intercom.comment_html h
    where h.conversation_key = j.source_key and h.target_key = j.target_key
      and j.payload ->> 'body' in (h.body, h.attributed_body)) as is_html
from load.journal j
left join load.teammate t on t.workspace_id_code = j.workspace_id_code and t.admin_id = j.payload ->> 'admin_id'
left join load.identity c
  on c.workspace_id_code = j.workspace_id_code and c.target_type = 'contact'
 and c.target_id = coalesce(j.payload ->> 'intercom_user_id', j.payload -> 'from' ->> 'id')
left join intercom.contact p on p.target_key = c.target_key
where j.workspace_id_code = $1 and j.source_key = any ($2) and j.state = 'done' and j.phase = 'conversations'
  and j.operation in ('createConversation', 'replyConversation')
order by j.source_key, j.journal_id
