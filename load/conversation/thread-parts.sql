-- Parts of the conversations of a page, in order, with authors and own ids resolved. $1: workspace; $2: keys of the conversations.
select o.target_key, o.conversation_key, o.position, o.part_type, o.author_kind, o.author_key, o.created_at, o.body,
       o.attributed_body, o.body_format, o.payload_hash, author.target_id as author_id,
       coalesce(person.observed ->> 'email', planned.email, '') <> '' as author_has_email, false as has_stand_in, sent.target_id as part_id,
       sent.payload_hash as sent_hash, noted.payload_hash as known_hash
from intercom.conversation_part o
left join load.identity author
  on author.workspace_id_code = $1 and author.target_key = o.author_key
 and author.target_type = case o.author_kind when 'contact' then 'contact' else 'admin' end
left join load.representation person
  on person.workspace_id_code = $1 and person.target_type = 'contact' and person.target_key = o.author_key
 and o.author_kind = 'contact'
left join intercom.contact planned on planned.target_key = o.author_key and o.author_kind = 'contact'
left join load.identity sent
  on sent.workspace_id_code = $1 and sent.target_type = 'part' and sent.target_key = o.target_key
left join load.representation noted
  on noted.workspace_id_code = $1 and noted.target_type = 'part' and noted.target_key = o.target_key
where o.conversation_key = any ($2)
order by o.conversation_key, o.position
