-- Verdicts, one checked fact a row, what they were before, and what a rollback would do. Summaries are views over them.
create schema reconcile;
comment on schema reconcile is 'What was checked and what became of every object.';

create table reconcile.phase (
  phase       text primary key,
  position    integer not null unique,
  target_type text not null,
  done_type   text not null
);
comment on table reconcile.phase is 'The loader''s phases in their order: what a gate must have seen before the next one starts.';
comment on column reconcile.phase.phase is 'Name of the phase.';
comment on column reconcile.phase.position is 'Order of the phases.';
comment on column reconcile.phase.target_type is 'Kind of thing that the phase loads.';
comment on column reconcile.phase.done_type is 'Target type of the identity that says an object of the phase is complete.';

create table reconcile.verdict (
  workspace_id_code text not null,
  run_id            bigint not null references ops.run,
  phase             text not null,
  object_type       text not null,
  target_key        text not null,
  check_name        text not null,
  field             text not null default '',
  evidence          text not null check (evidence in ('count', 'response', 'list', 'fresh_read', 'dump', 'query')),
  expected          text,
  actual            text,
  verdict           text not null check (verdict in ('passed', 'failed', 'unknown', 'shifted', 'fallback_author', 'truncated', 'merged', 'folded', 'kept_elsewhere')),
  reason_code       text,
  fields_checked    integer not null default 1,
  decided_at        timestamptz not null default clock_timestamp(),
  source_key        text generated always as (split_part(split_part(target_key, '#', 1), '/', 1)) stored,
  primary key (workspace_id_code, phase, target_key, check_name, field)
);
comment on table reconcile.verdict is 'One row per object and check; where the check does not pass, a row a field. Upserted: it holds the current state.';
comment on column reconcile.verdict.workspace_id_code is 'Workspace that was checked.';
comment on column reconcile.verdict.run_id is 'Run that decided it.';
comment on column reconcile.verdict.phase is 'Loader phase the checked object belongs to.';
comment on column reconcile.verdict.object_type is 'Kind of the checked thing.';
comment on column reconcile.verdict.target_key is 'The thing in Intercom by our grammar, e.g. Ticket::83#public_log/3.';
comment on column reconcile.verdict.check_name is 'Name of the check.';
comment on column reconcile.verdict.field is 'Empty for the whole object; the field''s name where it does not pass.';
comment on column reconcile.verdict.evidence is 'Where the actual value comes from.';
comment on column reconcile.verdict.expected is 'What should be there; null where the check compares no values.';
comment on column reconcile.verdict.actual is 'What was found; null where nothing was.';
comment on column reconcile.verdict.verdict is 'unknown counts as failed; shifted, fallback_author, truncated, merged, folded and kept_elsewhere (refused in its own field, kept in an attribute or a note) are classes of their own, not equal.';
comment on column reconcile.verdict.reason_code is 'Stable name of the reason, where the check gives one.';
comment on column reconcile.verdict.fields_checked is 'How many fields the check compared.';
comment on column reconcile.verdict.decided_at is 'When it was decided last.';
comment on column reconcile.verdict.source_key is 'Source object of the checked thing: the way from a difference to iTop''s record.';
create index verdict_not_passed on reconcile.verdict (workspace_id_code, verdict) where verdict <> 'passed';
create index verdict_source on reconcile.verdict (workspace_id_code, source_key) where verdict <> 'passed';

create table reconcile.verdict_change (
  change_id         bigint generated always as identity primary key,
  workspace_id_code text not null,
  phase             text not null,
  object_type       text not null,
  target_key        text not null,
  check_name        text not null,
  field             text not null,
  former_run_id     bigint not null,
  former_verdict    text not null,
  former_expected   text,
  former_actual     text,
  verdict           text,
  expected          text,
  actual            text,
  run_id            bigint,
  changed_at        timestamptz not null default clock_timestamp()
);
comment on table reconcile.verdict_change is 'What a verdict was before it changed: one row per change. The present state is in reconcile.verdict.';
comment on column reconcile.verdict_change.change_id is 'Order of the changes.';
comment on column reconcile.verdict_change.workspace_id_code is 'Workspace that was checked.';
comment on column reconcile.verdict_change.phase is 'Loader phase the checked object belongs to; staging for the tests over the staging relations.';
comment on column reconcile.verdict_change.object_type is 'Kind of the checked thing.';
comment on column reconcile.verdict_change.target_key is 'The thing in Intercom by our grammar.';
comment on column reconcile.verdict_change.check_name is 'Name of the check.';
comment on column reconcile.verdict_change.field is 'Field of the verdict; empty for the whole object.';
comment on column reconcile.verdict_change.former_run_id is 'Run that had decided the former verdict.';
comment on column reconcile.verdict_change.former_verdict is 'Verdict before.';
comment on column reconcile.verdict_change.former_expected is 'Expected value before.';
comment on column reconcile.verdict_change.former_actual is 'Actual value before.';
comment on column reconcile.verdict_change.verdict is 'What it became; null where the verdict was withdrawn, because the field passes now or the object was rolled back.';
comment on column reconcile.verdict_change.expected is 'Expected value after; null where the verdict was withdrawn.';
comment on column reconcile.verdict_change.actual is 'Actual value after; null where the verdict was withdrawn.';
comment on column reconcile.verdict_change.run_id is 'Run that changed it; null where the verdict was withdrawn.';
comment on column reconcile.verdict_change.changed_at is 'When it changed.';
create index verdict_change_target on reconcile.verdict_change (workspace_id_code, target_key);

-- In ops: functions of the layers' schemas are dropped and created again with the views.
create function ops.keep_changed_verdict() returns trigger language plpgsql as $$
begin
  insert into reconcile.verdict_change (workspace_id_code, phase, object_type, target_key, check_name, field, former_run_id,
    former_verdict, former_expected, former_actual, verdict, expected, actual, run_id)
  select o.workspace_id_code, o.phase, o.object_type, o.target_key, o.check_name, o.field, o.run_id,
         o.verdict, o.expected, o.actual, n.verdict, n.expected, n.actual, n.run_id
  from was o
  join became n using (workspace_id_code, phase, target_key, check_name, field)
  where (o.verdict, o.expected, o.actual) is distinct from (n.verdict, n.expected, n.actual);
  return null;
end $$;
comment on function ops.keep_changed_verdict is 'Keeps the former state of verdicts that an upsert changed; a verdict decided again in the same way leaves no row.';
create trigger verdict_changed after update on reconcile.verdict
  referencing old table as was new table as became
  for each statement execute function ops.keep_changed_verdict();

create function ops.keep_withdrawn_verdict() returns trigger language plpgsql as $$
begin
  insert into reconcile.verdict_change (workspace_id_code, phase, object_type, target_key, check_name, field, former_run_id,
    former_verdict, former_expected, former_actual)
  select workspace_id_code, phase, object_type, target_key, check_name, field, run_id, verdict, expected, actual from was;
  return null;
end $$;
comment on function ops.keep_withdrawn_verdict is 'Keeps verdicts that were removed: a field that passes again, an object that was rolled back.';
create trigger verdict_withdrawn after delete on reconcile.verdict
  referencing old table as was
  for each statement execute function ops.keep_withdrawn_verdict();

create table reconcile.verdict_tally (
  workspace_id_code text not null,
  phase             text not null,
  object_type       text not null,
  check_name        text not null,
  evidence          text not null,
  verdict           text not null,
  is_whole          boolean not null,
  verdicts          bigint not null,
  fields_checked    bigint not null,
  root_class        text not null default ''
);
comment on table reconcile.verdict_tally is 'Changes of the counts of reconcile.verdict, some rows per statement that wrote verdicts: only their sums mean anything. Appended to and never updated, so that loaders do not wait for each other.';
comment on column reconcile.verdict_tally.workspace_id_code is 'Workspace that was checked.';
comment on column reconcile.verdict_tally.phase is 'Loader phase of the verdicts.';
comment on column reconcile.verdict_tally.object_type is 'Kind of the checked things.';
comment on column reconcile.verdict_tally.check_name is 'Name of the check.';
comment on column reconcile.verdict_tally.evidence is 'Where the actual values come from.';
comment on column reconcile.verdict_tally.verdict is 'The verdict that is counted.';
comment on column reconcile.verdict_tally.is_whole is 'Verdicts on a whole object; false for the rows of its fields.';
comment on column reconcile.verdict_tally.verdicts is 'Verdicts more; negative where verdicts went or changed.';
comment on column reconcile.verdict_tally.fields_checked is 'Fields compared more.';
comment on column reconcile.verdict_tally.root_class is 'Root class of the source object; empty where the verdict is about no object of iTop.';

create function ops.tally_verdict() returns trigger language plpgsql as $$
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
comment on function ops.tally_verdict is 'Notes in reconcile.verdict_tally what a statement changed of the counts of verdicts.';
create trigger verdict_tallied_insert after insert on reconcile.verdict
  referencing new table as became for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_update after update on reconcile.verdict
  referencing old table as was new table as became for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_delete after delete on reconcile.verdict
  referencing old table as was for each statement execute function ops.tally_verdict();
create trigger verdict_tallied_truncate after truncate on reconcile.verdict
  for each statement execute function ops.tally_verdict();

-- Adds the rows up into one a group, when that is worth it. Others may append meanwhile: what they append is not taken.
create function ops.fold_verdict_tally() returns void language sql as $$
  with taken as (delete from reconcile.verdict_tally returning *)
  insert into reconcile.verdict_tally
    (workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, verdicts, fields_checked, root_class)
  select workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, sum(verdicts), sum(fields_checked), root_class
  from taken group by workspace_id_code, phase, object_type, check_name, evidence, verdict, is_whole, root_class
  having sum(verdicts) <> 0 or sum(fields_checked) <> 0
$$;
comment on function ops.fold_verdict_tally is 'Adds up reconcile.verdict_tally into one row a group; reconcile does it at its beginning.';

create table reconcile.accepted_difference (
  acceptance_id     bigint generated always as identity primary key,
  workspace_id_code text not null,
  kind              text not null check (kind in ('verdict', 'outcome')),
  phase             text not null,
  check_name        text not null,
  target_key        text not null,
  field             text not null default '',
  state_hash        bytea not null,
  accepted_by       text not null check (accepted_by <> ''),
  reason            text not null check (reason <> ''),
  accepted_at       timestamptz not null default now(),
  withdrawn_at      timestamptz
);
comment on table reconcile.accepted_difference is 'One row per difference or failure that a person accepted, with the reason. It holds for what was there then: one that fails otherwise, later, or with another payload is not accepted.';
comment on column reconcile.accepted_difference.acceptance_id is 'Order of the acceptances.';
comment on column reconcile.accepted_difference.workspace_id_code is 'Workspace that the acceptance holds for.';
comment on column reconcile.accepted_difference.kind is 'verdict: a failed or unknown check. outcome: objects that could not be loaded, and those they block.';
comment on column reconcile.accepted_difference.phase is 'Loader phase that it holds for.';
comment on column reconcile.accepted_difference.check_name is 'Check, for verdicts; the error''s class (reason_code) for outcomes.';
comment on column reconcile.accepted_difference.target_key is 'The object.';
comment on column reconcile.accepted_difference.field is 'Field of the check; empty for the whole object, and for outcomes.';
comment on column reconcile.accepted_difference.state_hash is 'What was accepted: state_hash of reconcile.difference or reconcile.load_error at that moment. Another one there means that it is not the same any more.';
comment on column reconcile.accepted_difference.accepted_by is 'Who accepted it.';
comment on column reconcile.accepted_difference.reason is 'Why, in words.';
comment on column reconcile.accepted_difference.accepted_at is 'When it was accepted; the same for all rows of one command.';
comment on column reconcile.accepted_difference.withdrawn_at is 'When the acceptance was withdrawn; null while it holds.';
create index accepted_difference_target on reconcile.accepted_difference (workspace_id_code, target_key, phase);

create table reconcile.observation (
  workspace_id_code text not null,
  object_type       text not null check (object_type in ('conversation', 'contact', 'company', 'attribute', 'tag', 'custom_object_instance', 'collection', 'article')),
  target_id         text not null,
  evidence          text not null check (evidence in ('list', 'fresh_read')),
  facts             jsonb not null,
  updated_at        timestamptz,
  touch             text,
  observed_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, object_type, target_id)
);
comment on table reconcile.observation is 'What the workspace held when somebody last looked at all of it: one row per live object, also of those that the tool did not write.';
comment on column reconcile.observation.workspace_id_code is 'Workspace that was looked at.';
comment on column reconcile.observation.object_type is 'Kind of thing.';
comment on column reconcile.observation.target_id is 'Intercom''s id of the thing.';
comment on column reconcile.observation.evidence is 'list: from a list of many; fresh_read: it was read by itself.';
comment on column reconcile.observation.facts is 'What the answer said of it; bodies are left out.';
comment on column reconcile.observation.updated_at is 'Intercom''s own time of its last change.';
comment on column reconcile.observation.touch is 'What someone else did to it since the tool left it, in words; null where nobody did anything.';
comment on column reconcile.observation.observed_at is 'When it was looked at.';

create table reconcile.rollback_plan (
  plan_id           bigint generated always as identity primary key,
  workspace_id_code text not null references load.workspace,
  hash              text not null unique,
  scope             jsonb not null,
  retain_metrics    boolean not null,
  basis_journal_id  bigint not null,
  state             text not null default 'planned' check (state in ('planned', 'executing', 'done')),
  planned_at        timestamptz not null default clock_timestamp(),
  started_at        timestamptz,
  ended_at          timestamptz
);
comment on table reconcile.rollback_plan is 'Rollbacks that were planned. Only a plan is executed, by its hash, and only while nothing was loaded since.';
comment on column reconcile.rollback_plan.plan_id is 'Number of the plan.';
comment on column reconcile.rollback_plan.workspace_id_code is 'Workspace that would be rolled back.';
comment on column reconcile.rollback_plan.hash is 'SHA-256 over scope, options and every item: who executes it executes what was read.';
comment on column reconcile.rollback_plan.scope is 'Run, kind of object, phase and source key it was limited to.';
comment on column reconcile.rollback_plan.retain_metrics is 'Whether reports keep the deleted conversations. False needs the scope delete_conversations_and_metrics.';
comment on column reconcile.rollback_plan.basis_journal_id is 'Newest call of a load when it was planned: a newer one puts it out of date.';
comment on column reconcile.rollback_plan.state is 'planned; executing: begun and not ended; done.';
comment on column reconcile.rollback_plan.planned_at is 'When it was planned.';
comment on column reconcile.rollback_plan.started_at is 'When its execution began; null before.';
comment on column reconcile.rollback_plan.ended_at is 'When its execution ended; null before.';

create table reconcile.rollback_item (
  plan_id       bigint not null references reconcile.rollback_plan on delete cascade,
  position      integer not null,
  stage         integer not null,
  target_type   text not null,
  target_key    text not null,
  source_key    text not null,
  target_id     text not null,
  phase         text not null,
  loaded_by_run bigint not null,
  action        text not null check (action in ('delete', 'restore', 'detach', 'archive', 'keep', 'impossible', 'gone', 'forget')),
  reason        text not null,
  leaves        text,
  former        jsonb,
  written       jsonb,
  method        text,
  path          text,
  body          jsonb,
  state         text not null default 'planned' check (state in ('planned', 'done', 'kept', 'gone', 'failed')),
  outcome       text,
  decided_at    timestamptz,
  primary key (plan_id, "position"),
  unique (plan_id, target_type, target_key)
);
comment on table reconcile.rollback_item is 'The diff of a rollback: one row per thing that the tool wrote or linked, with what will become of it. Parts and steps of a conversation that is deleted go with it and have no rows.';
comment on column reconcile.rollback_item.plan_id is 'Plan that the item belongs to.';
comment on column reconcile.rollback_item.position is 'Order of execution: reverse to that of dependence.';
comment on column reconcile.rollback_item.stage is 'Things of one stage do not depend on each other.';
comment on column reconcile.rollback_item.target_type is 'Kind of thing, as in load.identity.';
comment on column reconcile.rollback_item.target_key is 'The thing in Intercom by our grammar.';
comment on column reconcile.rollback_item.source_key is 'iTop object it stands for; a thing without one carries its target key''s own.';
comment on column reconcile.rollback_item.target_id is 'Intercom''s id of the thing.';
comment on column reconcile.rollback_item.phase is 'Loader phase that wrote it.';
comment on column reconcile.rollback_item.loaded_by_run is 'Run that recorded its identity.';
comment on column reconcile.rollback_item.action is 'delete, detach, archive and restore are calls. keep: someone touched it or needs it. impossible: Intercom offers no way. gone: it is not there any more. forget: it was there before and nothing was written.';
comment on column reconcile.rollback_item.reason is 'Why, in words.';
comment on column reconcile.rollback_item.leaves is 'Tombstone that stays in the workspace; null where nothing does.';
comment on column reconcile.rollback_item.former is 'Values that are restored.';
comment on column reconcile.rollback_item.written is 'Values that the tool wrote in their place.';
comment on column reconcile.rollback_item.method is 'HTTP method of the call; null where none is made.';
comment on column reconcile.rollback_item.path is 'Path of the call; null where none is made.';
comment on column reconcile.rollback_item.body is 'Body of the call; null where it has none.';
comment on column reconcile.rollback_item.state is 'planned until it is executed. kept: somebody touched it after the plan was made.';
comment on column reconcile.rollback_item.outcome is 'What became of it, in words; null before.';
comment on column reconcile.rollback_item.decided_at is 'When the outcome was decided; null before.';
create index rollback_item_open on reconcile.rollback_item (plan_id, stage, position) where state = 'planned';
