-- Writes what is in Intercom in another form than in iTop as verdicts; withdraws those that are no longer so, leaves those that are unchanged.
-- $1: workspace; $2: run; $3: the verdicts that nothing but this writes.
with expected_here as materialized (
  select * from reconcile.expected_difference where workspace_id_code = $1
), withdrawn as (
  delete from reconcile.verdict v
  where v.workspace_id_code = $1 and v.verdict = any ($3) and v.evidence = 'query'
    and not exists (
      select from expected_here f
      where (f.phase, f.target_key, f.check_name, f.field) = (v.phase, v.target_key, v.check_name, v.field))
)
insert into reconcile.verdict as held (workspace_id_code, run_id, phase, object_type, target_key, check_name, field, evidence,
                                       expected, actual, verdict, reason_code)
select workspace_id_code, $2, phase, object_type, target_key, check_name, field, 'query', expected, actual, verdict, reason_code
from expected_here
on conflict (workspace_id_code, phase, target_key, check_name, field) do update
set run_id = excluded.run_id, expected = excluded.expected, actual = excluded.actual, verdict = excluded.verdict,
    reason_code = excluded.reason_code, decided_at = clock_timestamp()
where (held.expected, held.actual, held.verdict, held.reason_code)
   is distinct from (excluded.expected, excluded.actual, excluded.verdict, excluded.reason_code)
