-- The one definition of green: nothing else adds up what is wrong. Whoever asks whether a workspace, or a phase of its load, is
-- green reads this view (reconcile, report, phase report, rehearsal, status, exit codes) or, for the gates between phases, its part
-- reconcile.gate_finding, which takes a twentieth of the time to plan.
--
-- To add a kind of finding, prefer a verdict: a row in reconcile.verdict that is failed or unknown counts here as it is, with its
-- class, phase and drill-down, and a person can accept it. What is no checked fact of one object becomes a branch of its own below
-- with a kind of its own; give every column, and a query that returns the rows behind the count.
create view reconcile.unexplained as
with target as (
  -- The phase that loads a thing.
  select target_type, phase from reconcile.phase
  union all
  select target_type, 'conversations' from unnest(array['part', 'attachment']) as target_type
)
select
  c.workspace_id_code,
  found.phase,
  found.kind,
  c.item_kind,
  c.class,
  found.check_name,
  found.count,
  found.reason,
  found.example,
  found.query,
  false as closes_gate
from reconcile.count_by_class c
cross join lateral (
  select
    null as phase,
    'count_differs' as kind,
    null as check_name,
    abs(c.difference) as count,
    case when c.difference > 0 then 'counted by iTop, without a disposition' else 'with a disposition, more than iTop counts' end as reason,
    c.class as example,
    format('select * from reconcile.count_by_class where workspace_id_code = %L and item_kind = %L and class = %L',
      c.workspace_id_code, c.item_kind, c.class) as query
  where c.difference <> 0
  union all
  select
    null, 'not_counted', 'every object has one disposition', c.raw_count, 'iTop was not asked how many it holds', c.class,
    format('select * from reconcile.count_by_class where workspace_id_code = %L and item_kind = %L and class = %L',
      c.workspace_id_code, c.item_kind, c.class)
  where c.item_kind = 'object' and c.itop_count is null and c.raw_count > 0
    and not exists (
      select from reconcile.accepted_difference a
      where a.workspace_id_code = c.workspace_id_code and a.kind = 'verdict' and a.withdrawn_at is null and a.phase = 'reconcile'
        and a.check_name = 'every object has one disposition' and a.target_key = c.class)
  union all
  select
    t.phase, 'pending', null, sum(p.items)::bigint, 'pending: ' || p.reason, min(p.example),
    format('select * from reconcile.disposition where workspace_id_code = %L and disposition = ''pending'' and item_kind = %L and class = %L and reason = %L',
      c.workspace_id_code, c.item_kind, c.class, p.reason)
  from jsonb_to_recordset(c.pending_items) as p (target_type text, reason text, items bigint, example text)
  left join target t on t.target_type = p.target_type
  group by t.phase, p.reason
) found
union all
select
  c.workspace_id_code, c.phase, 'changed', c.target_type, i.class, null, count(*),
  'loaded, and changed since (' || c.what || '): load --changes brings it up to date', min(c.target_key),
  format('select * from reconcile.changed_object where workspace_id_code = %L and phase = %L and what = %L', c.workspace_id_code, c.phase, c.what),
  false
from reconcile.changed_object c
left join reconcile.source_item i on i.item_kind = 'object' and i.item_key = c.source_key
where not exists (
  -- The change was tried: it counts as failed or blocked, which a person can accept.
  select from load.outcome o
  where o.workspace_id_code = c.workspace_id_code and o.target_type = c.target_type and o.target_key = c.target_key
    and o.payload_hash is not distinct from c.payload_hash)
group by c.workspace_id_code, c.phase, c.target_type, i.class, c.what
union all
select * from reconcile.gate_finding;

comment on view reconcile.unexplained is 'One row per workspace and finding that nobody explained or accepted: the definition of green. A workspace is green when it has no row here; every page and exit code reads it, and the gates its part reconcile.gate_finding.';
comment on column reconcile.unexplained.workspace_id_code is 'Intercom workspace; null before any load looked at one.';
comment on column reconcile.unexplained.phase is 'Phase of the load, or of the check, that it belongs to; null where it belongs to none.';
comment on column reconcile.unexplained.kind is 'count_differs: iTop''s count is not the sum of the dispositions. not_counted: iTop was not asked. pending: to be loaded, or undecided. changed: loaded, and not what iTop holds by now. failed, blocked: could not be loaded. uncertain: calls of unknown outcome. check: a check that is failed or unknown.';
comment on column reconcile.unexplained.item_kind is 'What is counted: object, log_entry, call, or the kind of thing that was loaded or checked.';
comment on column reconcile.unexplained.class is 'Final class in iTop; null where it is about no object of iTop.';
comment on column reconcile.unexplained.check_name is 'What "reconcile accept --check" names: the check, or the class of the error. Null where nobody can accept it.';
comment on column reconcile.unexplained.count is 'Things that are counted, each once.';
comment on column reconcile.unexplained.reason is 'Why they are not explained, in words.';
comment on column reconcile.unexplained.example is 'Key of one of them.';
comment on column reconcile.unexplained.query is 'Query that returns the rows behind the count.';
comment on column reconcile.unexplained.closes_gate is 'Whether it keeps the phases of the load after its own from starting. What is pending or changed does not: a load may be narrowed.';
