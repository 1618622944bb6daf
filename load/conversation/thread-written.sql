-- Participants and parts of the conversations of a page by the calls that made them, and the parts that the plan names, in the order of
-- sending. $1: workspace; $2: keys of the conversations.
with written as (
  select distinct j.source_key, j.target_type, j.target_key
  from load.journal j
  where j.workspace_id_code = $1 and j.source_key = any ($2) and j.target_type in ('participant', 'part')
  union
  select p.conversation_key, 'part', p.target_key from intercom.conversation_part p where p.conversation_key = any ($2)
)
select w.source_key, i.target_type, i.target_id
from written w
join load.identity i
  on i.workspace_id_code = $1 and i.target_type = w.target_type and i.target_key = w.target_key
order by i.journal_id nulls first, i.position
