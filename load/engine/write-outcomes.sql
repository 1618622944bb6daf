-- Writes down what is not loaded, and why. The journal row is the object's last call that did not succeed. $1: workspace; $2: run; $3: the
-- outcomes, a JSON array.
insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step,
                          payload_hash, thread_hash, journal_id, run_id)
select $1, o.target_type, o.target_key, o.state, o.reason_code, o.reason, o.next_step, decode(o.payload_hash, 'hex'),
       case when o.target_type = 'conversation' then reconcile.unsent_messages($1, o.target_key) end,
       (select max(j.journal_id) from load.journal j
        where j.workspace_id_code = $1 and j.source_key = o.source_key and j.phase = o.phase and j.state <> 'done'),
       $2
from jsonb_to_recordset($3::jsonb) as o (
  phase text, target_type text, target_key text, source_key text, state text, reason_code text, reason text,
  next_step text, payload_hash text)
on conflict (workspace_id_code, target_type, target_key) do update
set state = excluded.state, reason_code = excluded.reason_code, reason = excluded.reason,
    next_step = excluded.next_step, payload_hash = excluded.payload_hash, thread_hash = excluded.thread_hash, journal_id = excluded.journal_id,
    run_id = excluded.run_id, recorded_at = clock_timestamp()
