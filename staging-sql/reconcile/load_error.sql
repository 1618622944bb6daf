create view reconcile.load_error as
select
  o.workspace_id_code,
  coalesce(p.phase, j.phase) as phase,
  o.target_type,
  o.target_key,
  j.source_key,
  o.state,
  j.operation,
  j.http_status,
  o.reason_code,
  o.reason,
  j.request_id,
  o.next_step,
  o.recorded_at,
  s.state_hash,
  a.acceptance_id is not null as is_accepted,
  a.accepted_by,
  a.reason as accepted_reason
from load.outcome o
left join load.journal j on j.journal_id = o.journal_id
left join reconcile.phase p on p.target_type = o.target_type
cross join lateral (
  select sha256(convert_to(jsonb_build_array(o.state, o.reason_code, o.reason, encode(o.payload_hash, 'hex'), encode(thread.unsent, 'hex'))::text,
    'UTF8')) as state_hash
  from (
    -- Messages have hashes of their own: one that comes later and does not reach Intercom is not what a person accepted.
    select case when o.target_type = 'conversation' then reconcile.unsent_messages(o.workspace_id_code, o.target_key) end as unsent
  ) thread
) s
left join lateral (
  select acceptance_id, accepted_by, reason
  from reconcile.accepted_difference a
  where a.workspace_id_code = o.workspace_id_code and a.kind = 'outcome' and a.withdrawn_at is null
    and a.phase = coalesce(p.phase, j.phase)
    and a.check_name = o.reason_code and a.target_key = o.target_key
    -- It fails as the person saw it, and the object was not changed since.
    and a.state_hash = s.state_hash
  order by a.acceptance_id
  limit 1
) a on true
union all
select
  j.workspace_id_code, j.phase, j.target_type, j.target_key, j.source_key, 'uncertain', j.operation, j.http_status,
  coalesce(j.reason_code, 'ProcessEnded'), coalesce(j.reason, 'The process ended before it wrote down the outcome.'), j.request_id,
  coalesce(j.next_step, 'Start the load again: it looks in Intercom whether the call took effect.'), coalesce(j.outcome_at, j.intent_at),
  null, false, null, null
from load.journal j
where (j.state = 'uncertain'
   or (j.state = 'intent' and not exists (select from ops.process w where w.process_id = j.process_id and ops.is_alive(w))))
  -- Of an object that is not planned any more: listed above, with another next step.
  and not exists (select from load.outcome o where o.journal_id = j.journal_id and o.reason_code = 'OrphanedIntent');

comment on view reconcile.load_error is 'One row per object that could not be loaded, and per call whose outcome nobody knows: what happened and what to do.';
comment on column reconcile.load_error.phase is 'Phase of the load.';
comment on column reconcile.load_error.source_key is 'Object in iTop; null where no call was made.';
comment on column reconcile.load_error.state is 'failed, blocked (something it needs is not loaded) or uncertain.';
comment on column reconcile.load_error.operation is 'Call that was refused, by its name in Intercom''s API description.';
comment on column reconcile.load_error.http_status is 'Status of the answer; null where none came or no call was made.';
comment on column reconcile.load_error.request_id is 'To be quoted to Intercom''s support.';
comment on column reconcile.load_error.recorded_at is 'When it was written down.';
comment on column reconcile.load_error.state_hash is 'Hash of state, reason and payload, of a conversation also of its messages that are not in Intercom as they are now: an acceptance holds while it stays the same. Null where there is nothing to accept.';
comment on column reconcile.load_error.is_accepted is 'A person accepted it by name, as it is now (reconcile.accepted_difference); a call of unknown outcome never is.';
comment on column reconcile.load_error.accepted_by is 'Who accepted it.';
comment on column reconcile.load_error.accepted_reason is 'Why it may stay.';
comment on column reconcile.load_error.workspace_id_code is 'Workspace that it could not be loaded into.';
comment on column reconcile.load_error.target_type is 'Kind of thing.';
comment on column reconcile.load_error.target_key is 'The thing by our grammar.';
comment on column reconcile.load_error.reason_code is 'Stable name of the reason: the error''s class.';
comment on column reconcile.load_error.reason is 'What went wrong, or what it waits for, in words.';
comment on column reconcile.load_error.next_step is 'What to do about it.';
