-- Verdicts keep what they were, differences can be accepted by name, and phases have an order that gates follow.
alter table reconcile.verdict add column source_key text
  generated always as (split_part(split_part(target_key, '#', 1), '/', 1)) stored;
comment on column reconcile.verdict.source_key is 'Source object of the checked thing: the way from a difference to iTop''s record.';
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
comment on column reconcile.verdict_change.verdict is 'What it became; null where the verdict was withdrawn, because the field passes now or the object was rolled back.';
create index verdict_change_target on reconcile.verdict_change (workspace_id_code, target_key);

-- In ops: functions of the layers' schemas are dropped and made anew with the views.
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

create table reconcile.accepted_difference (
  acceptance_id     bigint generated always as identity primary key,
  workspace_id_code text not null,
  kind              text not null check (kind in ('verdict', 'outcome')),
  phase             text not null,
  check_name        text,
  target_key        text,
  field             text,
  accepted_by       text not null check (accepted_by <> ''),
  reason            text not null check (reason <> ''),
  accepted_at       timestamptz not null default clock_timestamp(),
  withdrawn_at      timestamptz
);
comment on table reconcile.accepted_difference is 'Differences and failures that a person looked at and accepted, by name and with a reason. An empty column stands for every value.';
comment on column reconcile.accepted_difference.kind is 'verdict: a failed or unknown check. outcome: objects that could not be loaded, and those they block.';
comment on column reconcile.accepted_difference.check_name is 'Check, for verdicts; the error''s class (reason_code) for outcomes.';
comment on column reconcile.accepted_difference.target_key is 'One object; empty for all of the check.';

create table reconcile.phase (
  phase       text primary key,
  position    integer not null unique,
  target_type text not null,
  done_type   text not null
);
comment on table reconcile.phase is 'The loader''s phases in their order: what a gate must have seen before the next one starts.';
comment on column reconcile.phase.done_type is 'Target type of the identity that says an object of the phase is complete.';
insert into reconcile.phase (phase, position, target_type, done_type) values
  ('attributes', 1, 'attribute', 'attribute'), ('companies', 2, 'company', 'company'), ('contacts', 3, 'contact', 'contact'),
  ('contact_companies', 4, 'contact_company', 'contact_company'), ('tags', 5, 'tag', 'tag'),
  ('custom_objects', 6, 'custom_object_instance', 'custom_object_instance'), ('collections', 7, 'collection', 'collection'),
  ('articles', 8, 'article', 'article'), ('conversations', 9, 'conversation', 'conversation_state');
