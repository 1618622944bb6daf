-- Tags of the conversations of a page, and whether each is attached. $1: workspace; $2: keys of the conversations.
select o.target_key, o.conversation_key, o.tag_key, tag.target_id as tag_id, attached.target_key is not null as is_attached
from intercom.conversation_tag o
left join load.identity tag
  on tag.workspace_id_code = $1 and tag.target_type = 'tag' and tag.target_key = o.tag_key
left join load.identity attached
  on attached.workspace_id_code = $1 and attached.target_type = 'conversation_tag' and attached.target_key = o.target_key
where o.conversation_key = any ($2)
order by o.conversation_key, o.target_key
