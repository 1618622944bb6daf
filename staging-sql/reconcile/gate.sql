create view reconcile.gate as
with workspace as (
  select w.workspace_id_code, p.phase, p.position, p.target_type
  from load.workspace w cross join reconcile.phase p
), differing as (
  select workspace_id_code, phase,
    count(*) filter (where field = '' and not is_accepted) as unexplained,
    count(*) filter (where field = '' and is_accepted) as accepted
  from reconcile.difference
  where is_failure
  group by workspace_id_code, phase
), lost as (
  select j.workspace_id_code, j.phase, count(*) as uncertain
  from load.journal j
  where j.state in ('intent', 'uncertain') and not exists (
    -- No load comes to it again: it counts as a failure, which a person accepts.
    select from load.outcome o
    join reconcile.phase p on p.target_type = o.target_type
    where o.reason_code = 'LostCallUnplanned' and o.workspace_id_code = j.workspace_id_code and p.phase = j.phase
      and o.target_key in (j.target_key, j.source_key))
  group by j.workspace_id_code, j.phase
), refused as (
  select o.workspace_id_code, o.target_type,
    count(*) filter (where a.acceptance_id is null) as unaccepted,
    count(*) filter (where a.acceptance_id is not null) as accepted
  from load.outcome o
  join reconcile.phase p on p.target_type = o.target_type
  left join lateral (
    select acceptance_id from reconcile.accepted_difference a
    where a.workspace_id_code = o.workspace_id_code and a.kind = 'outcome' and a.withdrawn_at is null and a.phase = p.phase
      and coalesce(a.check_name, o.reason_code) = o.reason_code
      and coalesce(a.target_key, o.target_key) = o.target_key
    limit 1
  ) a on true
  group by o.workspace_id_code, o.target_type
)
select
  w.workspace_id_code, w.phase, w.position,
  coalesce(d.unexplained, 0) as unexplained_verdicts,
  coalesce(l.uncertain, 0) as uncertain_calls,
  coalesce(r.unaccepted, 0) as unaccepted_failures,
  coalesce(d.accepted, 0) + coalesce(r.accepted, 0) as accepted,
  coalesce(d.unexplained, 0) = 0 and coalesce(l.uncertain, 0) = 0 and coalesce(r.unaccepted, 0) = 0 as is_open,
  nullif(concat_ws('; ',
    case when d.unexplained > 0 then d.unexplained || ' checks failed or unknown' end,
    case when l.uncertain > 0 then l.uncertain || ' calls of unknown outcome' end,
    case when r.unaccepted > 0 then r.unaccepted || ' objects failed or blocked' end), '') as reason
from workspace w
left join differing d on d.workspace_id_code = w.workspace_id_code and d.phase = w.phase
left join lost l on l.workspace_id_code = w.workspace_id_code and l.phase = w.phase
left join refused r on r.workspace_id_code = w.workspace_id_code and r.target_type = w.target_type;

comment on view reconcile.gate is 'One row per workspace and phase: whether everything in it is explained, so that the next phase may start. Failures and differences open it once a person accepted them.';
comment on column reconcile.gate.unexplained_verdicts is 'Checks that failed or are unknown and that nobody accepted.';
comment on column reconcile.gate.uncertain_calls is 'Calls whose outcome is not known yet: the load itself settles them. Those for objects that are not planned any more count as failures.';
comment on column reconcile.gate.unaccepted_failures is 'Objects that could not be loaded, or are blocked by one, and that nobody accepted.';
comment on column reconcile.gate.reason is 'Why it is closed, in words; null where it is open.';
