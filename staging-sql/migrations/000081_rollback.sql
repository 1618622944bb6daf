-- The way home: what a rollback would do, what it did, and which identities it withdrew.
create table reconcile.observation (
  workspace_id_code text not null,
  object_type       text not null check (object_type in ('conversation', 'contact', 'company')),
  target_id         text not null,
  evidence          text not null check (evidence in ('list', 'fresh_read')),
  facts             jsonb not null,
  updated_at        timestamptz,
  touch             text,
  observed_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, object_type, target_id)
);
comment on table reconcile.observation is 'What the workspace held when somebody last looked at all of it: one row per live object, also of those that the tool did not write.';
comment on column reconcile.observation.facts is 'What the answer said of it; bodies are left out.';
comment on column reconcile.observation.updated_at is 'Intercom''s own time of its last change.';
comment on column reconcile.observation.touch is 'What someone else did to it since the tool left it, in words; null where nobody did anything.';

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
comment on column reconcile.rollback_plan.hash is 'SHA-256 over scope, options and every item: who executes it executes what was read.';
comment on column reconcile.rollback_plan.scope is 'Run, kind of object, phase and source key it was limited to.';
comment on column reconcile.rollback_plan.retain_metrics is 'Whether reports keep the deleted conversations. False needs the scope delete_conversations_and_metrics.';
comment on column reconcile.rollback_plan.basis_journal_id is 'Newest call of a load when it was planned: a newer one puts it out of date.';

create table reconcile.rollback_item (
  plan_id        bigint not null references reconcile.rollback_plan on delete cascade,
  position       integer not null,
  stage          integer not null,
  target_type    text not null,
  target_key     text not null,
  source_key     text not null,
  target_id      text not null,
  phase          text not null,
  loaded_by_run  bigint not null,
  action         text not null check (action in ('delete', 'restore', 'detach', 'archive', 'keep', 'impossible', 'gone', 'forget')),
  reason         text not null,
  leaves         text,
  former         jsonb,
  written        jsonb,
  method         text,
  path           text,
  body           jsonb,
  state          text not null default 'planned' check (state in ('planned', 'done', 'kept', 'gone', 'failed')),
  outcome        text,
  decided_at     timestamptz,
  primary key (plan_id, position),
  unique (plan_id, target_type, target_key)
);
comment on table reconcile.rollback_item is 'The diff of a rollback: one row per thing that the tool wrote or linked, with what will become of it. Parts and steps of a conversation that is deleted go with it and have no rows.';
comment on column reconcile.rollback_item.position is 'Order of execution: reverse to that of dependence.';
comment on column reconcile.rollback_item.stage is 'Things of one stage do not depend on each other.';
comment on column reconcile.rollback_item.action is 'delete, detach, archive and restore are calls. keep: someone touched it or needs it. impossible: Intercom offers no way. gone: it is not there any more. forget: it was there before and nothing was written.';
comment on column reconcile.rollback_item.reason is 'Why, in words.';
comment on column reconcile.rollback_item.leaves is 'Tombstone that stays in the workspace; null where nothing does.';
comment on column reconcile.rollback_item.former is 'Values that are restored.';
comment on column reconcile.rollback_item.written is 'Values that the tool wrote in their place.';
comment on column reconcile.rollback_item.state is 'planned until it is executed. kept: somebody touched it after the plan was made.';
create index rollback_item_open on reconcile.rollback_item (plan_id, stage, position) where state = 'planned';

create table load.withdrawn_identity (
  like load.identity including comments,
  plan_id      bigint not null,
  withdrawn_at timestamptz not null default clock_timestamp()
);
comment on table load.withdrawn_identity is 'Identities that a rollback took back: what they named is not ours any more, and a load would write it anew.';
comment on column load.withdrawn_identity.plan_id is 'Rollback plan.';
create index withdrawn_identity_target on load.withdrawn_identity (workspace_id_code, target_type, target_key);
