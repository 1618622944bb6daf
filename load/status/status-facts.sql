-- Whether loads of a workspace are paused or halted, what they did in the last minute, and what others wrote or edited there. $1: workspace.
select exists (select from load.pause p where p.workspace_id_code = $1) as is_paused,
       h.reason as alarm, h.next_step as alarm_step, h.halted_at as alarm_at,
       (select count(*)::integer from load.journal j
        where j.workspace_id_code = $1 and j.outcome_at > clock_timestamp() - interval '1 minute') as calls,
       (select count(*)::integer from load.identity i join reconcile.phase p on p.done_type = i.target_type
        where i.workspace_id_code = $1 and i.recorded_at > clock_timestamp() - interval '1 minute') as completed,
       (select coalesce(sum(v.actual::bigint), 0)::integer from reconcile.verdict v
        where v.workspace_id_code = $1 and v.field = 'foreign_parts') as foreign_parts,
       (select count(*)::integer from load.kept_edit k where k.workspace_id_code = $1) as kept_edits
from (select) as nothing
left join load.halt h on h.workspace_id_code = $1
