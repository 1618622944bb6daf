-- What was recorded about the conversations of a page: the conversation itself and its steps. $1: workspace; $2: keys of the conversations.
select i.target_type, i.target_key, i.target_id, i.sent_created_at, i.payload_hash, j.payload ->> 'body' as opening
from load.identity i
left join load.journal j on j.journal_id = i.journal_id and i.target_type = 'conversation' and j.operation = 'createConversation'
where i.workspace_id_code = $1
  and i.target_type in ('conversation', 'conversation_update', 'conversation_assignee', 'conversation_team',
                        'conversation_closing')
  and i.target_key = any ($2)
