-- Verdicts: one checked fact a row. Summaries are views over them.
create schema reconcile;
comment on schema reconcile is 'What was checked and what became of every object.';

create table reconcile.verdict (
  workspace_id_code text not null,
  run_id            bigint not null references ops.run,
  phase             text not null,
  object_type       text not null,
  target_key        text not null,
  check_name        text not null,
  field             text not null default '',
  evidence          text not null check (evidence in ('count', 'response', 'list', 'fresh_read', 'dump')),
  expected          text,
  actual            text,
  verdict           text not null check (verdict in ('passed', 'failed', 'unknown', 'shifted', 'fallback_author', 'truncated', 'merged', 'folded')),
  reason_code       text,
  fields_checked    integer not null default 1,
  decided_at        timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, phase, target_key, check_name, field)
);
comment on table reconcile.verdict is 'One row per object and check; where the check does not pass, a row a field. Upserted: it holds the current state.';
comment on column reconcile.verdict.phase is 'Loader phase the checked object belongs to.';
comment on column reconcile.verdict.target_key is 'The thing in Intercom by our grammar, e.g. Ticket::83#public_log/3.';
comment on column reconcile.verdict.field is 'Empty for the whole object; the field''s name where it does not pass.';
comment on column reconcile.verdict.evidence is 'Where the actual value comes from.';
comment on column reconcile.verdict.verdict is 'unknown counts as failed; shifted, fallback_author, truncated, merged and folded are classes of their own, not equal.';
comment on column reconcile.verdict.fields_checked is 'How many fields the check compared.';
create index verdict_not_passed on reconcile.verdict (workspace_id_code, verdict) where verdict <> 'passed';
