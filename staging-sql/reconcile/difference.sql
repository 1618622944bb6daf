create view reconcile.difference as
select
  v.workspace_id_code, v.phase, v.object_type, v.source_key, v.target_key, v.check_name, v.field, v.evidence, v.verdict,
  v.reason_code, v.expected, v.actual, v.run_id, v.decided_at,
  v.verdict in ('failed', 'unknown') as is_failure,
  s.state_hash,
  a.acceptance_id is not null as is_accepted,
  a.accepted_by,
  a.reason as accepted_reason
from reconcile.verdict v
left join lateral (
  select sha256(convert_to(jsonb_build_array(v.verdict, v.reason_code, d.expected, d.actual)::text, 'UTF8')) as state_hash
  from (
    select v.expected, v.actual
    where v.reason_code is distinct from 'attribute_pending'
    union all
    -- How many values are not accounted for is what a person sees; how many there are in all grows with each delta.
    select (v.expected::numeric - v.actual::numeric)::text, null
    where v.reason_code = 'attribute_pending'
  ) d
  where v.verdict in ('failed', 'unknown')
) s on true
left join lateral (
  select acceptance_id, accepted_by, reason
  from reconcile.accepted_difference a
  where a.workspace_id_code = v.workspace_id_code and a.kind = 'verdict' and a.withdrawn_at is null and a.phase = v.phase
    and a.check_name = v.check_name and a.target_key = v.target_key and a.field = v.field
    -- What is there now is what the person saw.
    and a.state_hash = s.state_hash
  order by a.acceptance_id
  limit 1
) a on true
where v.verdict <> 'passed';

comment on view reconcile.difference is 'One row per verdict that does not pass, with who accepted it: the drill-down behind every count of verdicts.';
comment on column reconcile.difference.is_failure is 'failed or unknown: unknown counts as failed. Shifted, fallback_author, truncated, merged, folded and kept_elsewhere are differences that the rules foresee.';
comment on column reconcile.difference.state_hash is 'Hash of verdict, reason and values, of a pending attribute of how many values are not accounted for: an acceptance holds while it stays the same. Null where there is nothing to accept.';
comment on column reconcile.difference.is_accepted is 'A person accepted it by name, as it is now (reconcile.accepted_difference).';
comment on column reconcile.difference.accepted_by is 'Who accepted it; null where nobody did.';
comment on column reconcile.difference.accepted_reason is 'Why it was accepted, in words; null where nobody did.';
