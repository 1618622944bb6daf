create view reconcile.written_conversation as
select
  c.workspace_id_code, c.target_key, c.target_id,
  coalesce(w.part_ids, '{}') as part_ids,
  coalesce(w.unseen_parts, 0) as unseen_parts,
  coalesce(applied.observed ->> 'left_state', state.target_id) as state,
  nullif(coalesce(w.assignee_id, agent.target_id), '0') as assignee_id,
  w.title,
  w.made_at
from load.identity c
left join lateral (
  select
    array_agg(p.target_id) filter (where p.target_type = 'part') as part_ids,
    (count(*) filter (where p.target_type = 'part' and p.target_id !~ '^[0-9]+$'))::integer as unseen_parts,
    (array_agg(j.payload ->> 'title' order by j.journal_id desc)
      filter (where j.operation = 'updateConversation' and j.payload ? 'title'))[1] as title,
    (array_agg(j.payload ->> 'assignee_id' order by j.journal_id desc) filter (where j.target_type = 'conversation_assignee'))[1] as assignee_id,
    min(coalesce(j.intercom_at, j.intent_at)) filter (where j.operation = 'createConversation') as made_at
  from load.journal j
  left join load.identity p on p.workspace_id_code = j.workspace_id_code and p.target_type = j.target_type and p.target_key = j.target_key
    and p.target_type = 'part'
  where j.workspace_id_code = c.workspace_id_code and j.source_key = c.target_key and j.state = 'done' and j.phase <> 'rollback'
    -- What was written before the call that made it belongs to a conversation that is gone: a rollback, or a person, deleted it.
    and j.journal_id >= coalesce(c.journal_id, 0)
) w on true
left join load.identity state
  on state.workspace_id_code = c.workspace_id_code and state.target_type = 'conversation_state' and state.target_key = c.target_key
left join load.identity agent
  on agent.workspace_id_code = c.workspace_id_code and agent.target_type = 'conversation_assignee' and agent.target_key = c.target_key
left join load.representation applied
  on applied.workspace_id_code = c.workspace_id_code and applied.target_type = 'conversation' and applied.target_key = c.target_key
where c.target_type = 'conversation';

comment on view reconcile.written_conversation is 'One row per conversation that the tool created: how it left it, to see what others did since.';
comment on column reconcile.written_conversation.part_ids is 'Intercom''s ids of the messages and notes that the tool wrote.';
comment on column reconcile.written_conversation.unseen_parts is 'Parts whose id no answer showed.';
comment on column reconcile.written_conversation.state is 'State in which the load or a later delta of ours left it; null while it is not complete. A state that others set and a delta kept is none of these.';
comment on column reconcile.written_conversation.made_at is 'When the call that made it was about to be sent, by Intercom''s clock and at the earliest; null where it was adopted.';
comment on column reconcile.written_conversation.assignee_id is 'Teammate to whom the tool assigned it last; null where to nobody.';
comment on column reconcile.written_conversation.title is 'Title that the tool wrote last; null where it wrote none.';
comment on column reconcile.written_conversation.target_key is 'Conversation: the ticket''s source key.';
comment on column reconcile.written_conversation.target_id is 'Intercom''s id of the conversation.';
