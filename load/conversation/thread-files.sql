-- Files of the conversations of a page that no part carries yet; those without bytes are findings, not files. $1: workspace; $2: keys of
-- the conversations.
select o.target_key, o.part_key, o.conversation_key, o.file_name, o.media_type, o.blob_hash,
       o.byte_size::double precision as byte_size
from intercom.conversation_part_file o
where o.conversation_key = any ($2) and o.blob_hash is not null and o.byte_size is not null
  and not exists (
    select from load.identity sent
    where sent.workspace_id_code = $1 and sent.target_type in ('attachment', 'attachment_handed_off')
      and sent.target_key = o.target_key)
order by o.conversation_key, o.part_key, o.position, o.target_key
