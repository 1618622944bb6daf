-- Withdraws the identities of items and of everything inside them; gives the keys of what was withdrawn. $1: workspace; $2: plan of the
-- rollback; $3: types of the items; $4: their keys, in the same order.
with item as (
  select target_type, target_key from unnest($3::text[], $4::text[]) as item (target_type, target_key)
), named as (
  select target_type, target_key from item
  union
  -- Everything inside a conversation: whatever a call of its load recorded, and its own steps.
  select j.target_type, j.target_key from item
  join load.journal j on j.workspace_id_code = $1 and j.source_key = item.target_key and j.phase <> 'rollback'
  where item.target_type = 'conversation' and j.target_type not in ('contact', 'company', 'contact_company', 'attribute', 'tag')
  union
  -- Files stand under the id of the part that carries them.
  select file.target_type, file.target_key from item
  join load.journal j on j.workspace_id_code = $1 and j.source_key = item.target_key and j.target_type = 'part'
  join load.identity part on part.workspace_id_code = $1 and part.target_type = 'part' and part.target_key = j.target_key
  join load.identity file on file.workspace_id_code = $1
    and file.target_type in ('attachment', 'attachment_handed_off') and file.target_id = part.target_id
  where item.target_type = 'conversation'
  union
  select step, target_key from item
  cross join unnest(array['conversation_state', 'conversation_update', 'conversation_assignee', 'conversation_team',
                          'conversation_closing']) as step
  where item.target_type = 'conversation'
), taken as (
  delete from load.identity i using named n
  where i.workspace_id_code = $1 and i.target_type = n.target_type and i.target_key = n.target_key
  returning i.*
)
insert into load.withdrawn_identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id,
                                     payload_hash, position, sent_created_at, recorded_at, plan_id)
select workspace_id_code, target_type, target_key, target_id, origin, run_id, journal_id, payload_hash, position,
       sent_created_at, recorded_at, $2::bigint
from taken
returning target_key
