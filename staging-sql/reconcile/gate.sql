create view reconcile.gate as
with closing as (
  select
    workspace_id_code, phase,
    sum(count) filter (where kind = 'check') as unexplained_verdicts,
    sum(count) filter (where kind = 'uncertain') as uncertain_calls,
    sum(count) filter (where kind in ('failed', 'blocked')) as unaccepted_failures
  from reconcile.gate_finding
  where closes_gate
  group by workspace_id_code, phase
)
select
  w.workspace_id_code, p.phase, p.position,
  coalesce(c.unexplained_verdicts, 0)::bigint as unexplained_verdicts,
  coalesce(c.uncertain_calls, 0)::bigint as uncertain_calls,
  coalesce(c.unaccepted_failures, 0)::bigint as unaccepted_failures,
  c.phase is null as is_open,
  nullif(concat_ws('; ',
    c.unexplained_verdicts || ' checks failed or unknown',
    c.uncertain_calls || ' calls of unknown outcome',
    c.unaccepted_failures || ' objects failed or blocked'), '') as reason
from load.workspace w
cross join reconcile.phase p
left join closing c on c.workspace_id_code = w.workspace_id_code and c.phase = p.phase;

comment on view reconcile.gate is 'One row per workspace and phase: whether the next phase may start, by the rows of reconcile.gate_finding that close a gate. Failures and differences open it once a person accepted them.';
comment on column reconcile.gate.unexplained_verdicts is 'Checks that failed or are unknown and that nobody accepted.';
comment on column reconcile.gate.uncertain_calls is 'Calls whose outcome is not known yet: the load itself resolves them. Those for objects that are not planned any more count as failures.';
comment on column reconcile.gate.unaccepted_failures is 'Objects that could not be loaded, or are blocked by one, and that nobody accepted.';
comment on column reconcile.gate.is_open is 'Nothing in the phase keeps the next one from starting.';
comment on column reconcile.gate.reason is 'Why it is closed, in words; null where it is open.';
