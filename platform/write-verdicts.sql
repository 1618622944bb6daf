-- Upserts verdicts; of an object that passes a check now, the rows of fields that failed it before are removed. $1: the verdicts, a JSON
-- array of rows of reconcile.verdict, each key once.
with incoming as materialized (
  select * from jsonb_populate_recordset(null::reconcile.verdict, $1::jsonb)
), cleared as (
  delete from reconcile.verdict old using incoming v
  where v.field = ''
    and (old.workspace_id_code, old.phase, old.target_key, old.check_name) = (v.workspace_id_code, v.phase, v.target_key, v.check_name)
    and old.field <> ''
    and not exists (
      select from incoming i
      where (i.workspace_id_code, i.phase, i.target_key, i.check_name, i.field)
          = (old.workspace_id_code, old.phase, old.target_key, old.check_name, old.field))
)
insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field,
                               evidence, expected, actual, verdict, reason_code, fields_checked)
select workspace_id_code, run_id, phase, object_type, target_key, check_name, field,
       evidence, expected, actual, verdict, reason_code, fields_checked
from incoming
on conflict (workspace_id_code, phase, target_key, check_name, field) do update
set run_id = excluded.run_id, object_type = excluded.object_type, evidence = excluded.evidence, expected = excluded.expected,
    actual = excluded.actual, verdict = excluded.verdict, reason_code = excluded.reason_code,
    fields_checked = excluded.fields_checked, decided_at = clock_timestamp()
