-- What the views count is what there is.
select coalesce(v.record_key, t.record_key) as record_key, v.verdicts::text as expected, t.verdicts::text as actual
from (
  select concat_ws(' ', workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '',
      case when source_key like '%::%' then split_part(source_key, '::', 1) else '' end) as record_key,
    count(*) as verdicts, sum(fields_checked) as fields_checked
  from reconcile.verdict group by 1
) v
full join (
  select concat_ws(' ', workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, root_class) as record_key,
    sum(verdicts) as verdicts, sum(fields_checked) as fields_checked
  from reconcile.verdict_tally group by 1
  having sum(verdicts) <> 0 or sum(fields_checked) <> 0
) t on t.record_key = v.record_key
where (v.verdicts, v.fields_checked) is distinct from (t.verdicts, t.fields_checked)
