create view reconcile.disposition as
with workspace as (
  select workspace_id_code from load.workspace
  union all
  select null where not exists (select from load.workspace)
)
select
  w.workspace_id_code,
  p.item_key,
  p.item_kind,
  p.source_key,
  p.root_class,
  p.class,
  case
    when p.is_deleted_at_source then 'deleted at source'
    when p.plan = 'to_load' and i.target_key is not null then 'loaded'
    when p.plan = 'to_load' and named.target_key is not null then 'handed_off'
    when p.plan = 'to_load' then coalesce(o.state, thread.state, 'pending')
    when p.plan = 'merged' then case when i.target_key is not null then 'merged' else coalesce(o.state, thread.state, 'pending') end
    else p.plan
  end as disposition,
  case
    when p.is_deleted_at_source then 'deleted in iTop'
    when p.plan = 'to_load' and i.target_key is null and named.target_key is not null then 'too large for a call, or refused by Intercom: named in a note'
    when p.plan in ('to_load', 'merged') and i.target_key is null then coalesce(o.reason, thread.reason, 'not loaded yet')
    else p.reason
  end as reason,
  i.target_key is not null as was_loaded,
  p.target_type,
  p.target_key,
  p.plan
from reconcile.item_plan p
cross join workspace w
-- Of the table itself and not of a union over it: the planner knows how many keys it has.
left join load.identity i
  on i.workspace_id_code = w.workspace_id_code and i.target_key = p.target_key
  -- The last step of a conversation: before it, parts may be missing.
  and i.target_type = case p.target_type when 'conversation' then 'conversation_state' else p.target_type end
-- A file that no call can carry is named in a note of its conversation (rule A3).
left join load.identity named
  on named.workspace_id_code = w.workspace_id_code and named.target_type = 'attachment_handed_off' and named.target_key = p.target_key
  and p.target_type = 'attachment'
left join load.outcome o
  on o.workspace_id_code = w.workspace_id_code and o.target_type = p.target_type and o.target_key = p.target_key
left join load.outcome thread
  on thread.workspace_id_code = w.workspace_id_code and thread.target_type = 'conversation' and thread.target_key = p.conversation_key and p.target_type in ('part', 'attachment');

comment on view reconcile.disposition is 'One row per workspace, object and log entry: what became of it. Exactly one disposition each; "deleted at source" wins over all others.';
comment on column reconcile.disposition.workspace_id_code is 'Intercom workspace; null before any load looked at one.';
comment on column reconcile.disposition.disposition is 'loaded, merged, excluded, handed_off, reference, failed, blocked, pending or deleted at source.';
comment on column reconcile.disposition.was_loaded is 'Something in Intercom stands for it, also where it is deleted at source.';
comment on column reconcile.disposition.plan is 'What was to become of it, whatever was loaded so far.';
comment on column reconcile.disposition.reason is 'Why, in words.';
