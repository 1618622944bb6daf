-- Counts of verdicts without counting: what each statement changed is noted as it happens, and the views add that up.
create table reconcile.verdict_tally (
  workspace_id_code text not null,
  phase             text not null,
  object_type       text not null,
  check_name        text not null,
  evidence          text not null,
  verdict           text not null,
  is_whole          boolean not null,
  verdicts          bigint not null,
  fields_checked    bigint not null
);
comment on table reconcile.verdict_tally is 'Changes of the counts of reconcile.verdict, some rows per statement that wrote verdicts: only their sums mean anything. Appended to and never updated, so that loaders do not wait for each other.';
comment on column reconcile.verdict_tally.is_whole is 'Verdicts on a whole object; false for the rows of its fields.';
comment on column reconcile.verdict_tally.verdicts is 'Verdicts more; negative where verdicts went or changed.';
comment on column reconcile.verdict_tally.fields_checked is 'Fields compared more.';

-- In ops: functions of the layers' schemas are dropped and made anew with the views.
create function ops.tally_verdict() returns trigger language plpgsql as $$
begin
  if tg_op in ('INSERT', 'UPDATE') then
    insert into reconcile.verdict_tally
    select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', count(*), sum(fields_checked)
    from became group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '';
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    insert into reconcile.verdict_tally
    select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', -count(*), -sum(fields_checked)
    from was group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '';
  end if;
  if tg_op = 'TRUNCATE' then
    delete from reconcile.verdict_tally;
  end if;
  return null;
end $$;
comment on function ops.tally_verdict is 'Notes in reconcile.verdict_tally what a statement changed of the counts of verdicts.';

create trigger verdict_tallied_insert after insert on reconcile.verdict
  referencing new table as became for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_update after update on reconcile.verdict
  referencing old table as was new table as became for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_delete after delete on reconcile.verdict
  referencing old table as was for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_truncate after truncate on reconcile.verdict
  for each statement execute function ops.tally_verdict();

insert into reconcile.verdict_tally
select workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '', count(*), sum(fields_checked)
from reconcile.verdict group by workspace_id_code, phase, object_type, check_name, evidence, verdict, field = '';

-- Adds the rows up into one a group, when that is worth it. Others may append meanwhile: what they append is not taken.
create function ops.fold_verdict_tally() returns void language sql as $$
  with taken as (delete from reconcile.verdict_tally returning *)
  insert into reconcile.verdict_tally
  select workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, sum(verdicts), sum(fields_checked)
  from taken group by workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole
  having sum(verdicts) <> 0 or sum(fields_checked) <> 0
$$;
comment on function ops.fold_verdict_tally is 'Adds up reconcile.verdict_tally into one row a group; reconcile does it at its beginning.';
