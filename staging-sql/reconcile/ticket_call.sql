create view reconcile.ticket_call as
with done as (
  select workspace_id_code, target_key as source_key, journal_id
  from load.identity
  where target_type = 'conversation_state'
)
select
  j.workspace_id_code, j.source_key, j.journal_id, j.operation, j.target_type, j.target_key, j.state,
  case
    when j.state in ('abandoned', 'failed') then 'had no effect and was sent again: ' || coalesce(j.reason, j.resolution, j.state)
    when j.state in ('intent', 'uncertain') then 'its outcome is not known yet'
    when j.journal_id > d.journal_id then 'brought up to date after the load'
    when j.target_type = 'participant' then 'the author of a part was no participant'
    when j.target_type = 'conversation_tag' then 'a tag is one call'
    when j.target_type = 'part' and (j.target_key like '%#files/%' or j.target_key like '%#opening') then 'files that no other call could take'
    when j.target_type = 'part' and j.target_key like '%#handed\_off\_files/%' then 'names files that are too big or of a type that is refused'
    when j.target_type = 'conversation_team' and a.target_key is not null then 'agent and team are two calls'
  end as reason
from load.journal j
left join done d on d.workspace_id_code = j.workspace_id_code and d.source_key = j.source_key
left join load.identity a
  on a.workspace_id_code = j.workspace_id_code and a.target_type = 'conversation_assignee' and a.target_key = j.target_key
where j.phase = 'conversations';

comment on view reconcile.ticket_call is 'One row per writing call of a ticket''s load. A ticket of M messages takes M of them, one for title, attributes, relations and company, one to assign and one to close: M + 3. Every further call has a reason.';
comment on column reconcile.ticket_call.reason is 'Why it was made beyond these; null where it is one of them.';
comment on column reconcile.ticket_call.source_key is 'Ticket::id.';
comment on column reconcile.ticket_call.operation is 'operationId of Intercom''s API description.';
comment on column reconcile.ticket_call.target_type is 'conversation (its creation), part, participant, conversation_tag, conversation_update, conversation_assignee, conversation_team, conversation_closing.';
comment on column reconcile.ticket_call.target_key is 'What the call wrote.';
comment on column reconcile.ticket_call.state is 'done, failed, abandoned (known to have had no effect), intent or uncertain.';
