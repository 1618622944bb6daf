-- The part of reconcile.unexplained that can keep the next phase of a load from starting. It is a view of its own because the gate is
-- asked before each phase, and Postgres plans every branch of a view, those too that cannot have a row.
create view reconcile.gate_finding as
select
  e.workspace_id_code,
  e.phase,
  e.state as kind,
  e.target_type as item_kind,
  i.class,
  e.reason_code as check_name,
  count(*) as count,
  e.state || ': ' || min(e.reason) as reason,
  min(e.target_key) as example,
  format('select * from reconcile.load_error where workspace_id_code = %L and state = %L and phase = %L and reason_code = %L and not is_accepted',
    e.workspace_id_code, e.state, e.phase, e.reason_code) as query,
  true as closes_gate
from reconcile.load_error e
left join reconcile.source_item i on i.item_kind = 'object' and i.item_key = split_part(split_part(e.target_key, '#', 1), '/', 1)
where e.state in ('failed', 'blocked') and not e.is_accepted
group by e.workspace_id_code, e.phase, e.state, e.target_type, i.class, e.reason_code
union all
select
  j.workspace_id_code, j.phase, 'uncertain', 'call', null, null, count(*), 'of unknown outcome', min(j.target_key),
  format('select * from load.journal where workspace_id_code = %L and phase = %L and state in (''intent'', ''uncertain'')',
    j.workspace_id_code, j.phase),
  j.phase in (select phase from reconcile.phase)
from load.journal j
where j.state in ('intent', 'uncertain') and not exists (
  -- No load comes to it again: it counts as a failure, which a person accepts.
  select from load.outcome o
  join reconcile.phase p on p.target_type = o.target_type
  where o.reason_code = 'OrphanedIntent' and o.workspace_id_code = j.workspace_id_code and p.phase = j.phase
    and o.target_key in (j.target_key, j.source_key))
group by j.workspace_id_code, j.phase
union all
select
  d.workspace_id_code, d.phase, 'check', d.object_type,
  case d.object_type when 'class' then d.target_key when 'attribute' then split_part(d.target_key, '.', 1) else i.class end,
  d.check_name, count(distinct d.target_key),
  d.verdict || ' (' || d.evidence || ')' || coalesce(': ' || left(string_agg(distinct split_part(d.target_key, '.', 2), ', ')
    filter (where d.object_type = 'attribute'), 300), ''),
  min(d.target_key),
  format('select * from reconcile.difference where workspace_id_code = %L and phase = %L and check_name = %L and verdict = %L and not is_accepted',
    d.workspace_id_code, d.phase, d.check_name, d.verdict),
  d.phase = 'staging' or d.phase in (select phase from reconcile.phase)
from reconcile.difference d
left join reconcile.source_item i on i.item_kind = 'object' and i.item_key = d.source_key
where d.is_failure and not d.is_accepted
  -- The record of the counts above: they are counted here as they are now.
  and not (d.phase = 'reconcile' and d.check_name = 'every object has one disposition')
group by d.workspace_id_code, d.phase, d.object_type, 5, d.check_name, d.verdict, d.evidence;

comment on view reconcile.gate_finding is 'One row per workspace and finding of a kind that can close a gate (failed, blocked, uncertain, check): part of reconcile.unexplained, which describes its columns.';
comment on column reconcile.gate_finding.workspace_id_code is 'Intercom workspace.';
comment on column reconcile.gate_finding.phase is 'Phase of the load, or of the check, that it belongs to; null where it belongs to none.';
comment on column reconcile.gate_finding.kind is 'failed, blocked: could not be loaded. uncertain: calls of unknown outcome. check: a check that is failed or unknown.';
comment on column reconcile.gate_finding.item_kind is 'What is counted: call, or the kind of thing that was loaded or checked.';
comment on column reconcile.gate_finding.class is 'Final class in iTop; null where it is about no object of iTop.';
comment on column reconcile.gate_finding.check_name is 'What "reconcile accept --check" names: the check, or the class of the error. Null where nobody can accept it.';
comment on column reconcile.gate_finding.count is 'Things that are counted, each once.';
comment on column reconcile.gate_finding.reason is 'Why they are not explained, in words.';
comment on column reconcile.gate_finding.example is 'Key of one of them.';
comment on column reconcile.gate_finding.query is 'Query that returns the rows behind the count.';
comment on column reconcile.gate_finding.closes_gate is 'Whether it keeps the phases of the load after its own from starting; false where it belongs to no phase of the load.';
