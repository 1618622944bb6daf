-- What a delta compares, and how a person or an alarm stops the loads of a workspace.
create table load.representation (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  payload_hash      bytea,
  wanted            jsonb not null,
  observed          jsonb not null,
  observed_at       timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key)
);
comment on table load.representation is 'What each object was last meant to hold and what Intercom then showed, field by field: the base of a three-way comparison.';
comment on column load.representation.target_type is 'As in load.identity; of conversations `conversation`.';
comment on column load.representation.target_key is 'The thing in Intercom by our grammar.';
comment on column load.representation.payload_hash is 'Hash of the row of intercom.* that was last carried out; another one there means a change.';
comment on column load.representation.wanted is 'Fields by name as they were to be, references as source keys.';
comment on column load.representation.observed is 'The same fields as Intercom showed them afterwards, references as its ids.';
comment on column load.representation.observed_at is 'When Intercom showed it.';

create table load.kept_edit (
  workspace_id_code text not null references load.workspace,
  target_type       text not null,
  target_key        text not null,
  field             text not null,
  source_value      text,
  former_value      text,
  target_value      text,
  run_id            bigint not null references ops.run,
  kept_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, target_type, target_key, field)
);
comment on table load.kept_edit is 'Fields that changed in iTop and that somebody had edited in Intercom: Intercom''s value was kept (invariant 4).';
comment on column load.kept_edit.target_key is 'The thing in Intercom by our grammar.';
comment on column load.kept_edit.source_value is 'What iTop holds now.';
comment on column load.kept_edit.former_value is 'What Intercom showed after our last write.';
comment on column load.kept_edit.target_value is 'What Intercom holds now, and keeps.';

create table load.pause (
  workspace_id_code text primary key references load.workspace,
  paused_at         timestamptz not null default clock_timestamp()
);
comment on table load.pause is 'Workspaces whose loads a person paused: no process starts a call while the row stands.';

create table load.halt (
  workspace_id_code text primary key references load.workspace,
  reason            text not null,
  next_step         text not null,
  process_id        bigint not null references ops.process,
  halted_at         timestamptz not null default clock_timestamp()
);
comment on table load.halt is 'The last alarm that stopped all loads of a workspace: every process that runs ends by it; one that is started later does not.';
comment on column load.halt.process_id is 'Process that raised it.';
