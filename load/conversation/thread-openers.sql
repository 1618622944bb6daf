-- Who opened the conversations that were created: iTop may name another caller since, who is no participant by that. $1: workspace; $2: keys
-- of the conversations.
select distinct on (j.target_key) j.target_key, j.payload -> 'from' ->> 'id' as contact_id
from load.journal j
where j.workspace_id_code = $1 and j.source_key = any ($2) and j.target_type = 'conversation'
  and j.operation = 'createConversation' and j.state = 'done' and j.payload -> 'from' ->> 'id' is not null
order by j.target_key, j.journal_id desc
