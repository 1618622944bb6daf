-- The root class stands in every verdict's source key and never changes: counts by it can be kept like the others.
alter table reconcile.verdict_tally add column root_class text not null default '';
comment on column reconcile.verdict_tally.root_class is 'Root class of the source object; empty where the verdict is about no object of iTop.';

create or replace function ops.tally_verdict() returns trigger language plpgsql as $$
begin
  if tg_op in ('INSERT', 'UPDATE') then
    insert into reconcile.verdict_tally
      (workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, verdicts, fields_checked, root_class)
    select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', count(*), sum(fields_checked),
           case when source_key like '%::%' then split_part(source_key, '::', 1) else '' end
    from became group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', 10;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    insert into reconcile.verdict_tally
      (workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, verdicts, fields_checked, root_class)
    select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', -count(*), -sum(fields_checked),
           case when source_key like '%::%' then split_part(source_key, '::', 1) else '' end
    from was group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', 10;
  end if;
  if tg_op = 'TRUNCATE' then
    delete from reconcile.verdict_tally;
  end if;
  return null;
end $$;

delete from reconcile.verdict_tally;
insert into reconcile.verdict_tally
  (workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, verdicts, fields_checked, root_class)
select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', count(*), sum(fields_checked),
       case when source_key like '%::%' then split_part(source_key, '::', 1) else '' end
from reconcile.verdict group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', 10;

create or replace function ops.fold_verdict_tally() returns void language sql as $$
  with taken as (delete from reconcile.verdict_tally returning *)
  insert into reconcile.verdict_tally
    (workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, verdicts, fields_checked, root_class)
  select workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, sum(verdicts), sum(fields_checked), root_class
  from taken group by workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, root_class
  having sum(verdicts) <> 0 or sum(fields_checked) <> 0
$$;
