-- What the last audit and the last extraction found.
create table ops.finding (
  stage     text not null check (stage in ('audit', 'extract')),
  code      text not null,
  subject   text not null,
  severity  text not null check (severity in ('passed', 'note', 'warning', 'blocker')),
  finding   text not null,
  next_step text not null,
  run_id    bigint references ops.run,
  found_at  timestamptz not null default clock_timestamp(),
  primary key (stage, code, subject)
);
comment on table ops.finding is 'What the last audit and the last extraction found: one row per kind of finding and subject. Each stage replaces its own rows.';
comment on column ops.finding.code is 'Stable name of the check or of the kind of finding.';
comment on column ops.finding.subject is 'What it is about: iTop, Intercom, a class, or Class::id.';
comment on column ops.finding.severity is 'blocker: nothing may be loaded, or data is missing; warning: look at it; note: explained; passed: checked and in order.';
comment on column ops.finding.next_step is 'What to do; empty where nothing is to be done.';
comment on column ops.finding.run_id is 'Run that found it; null for an audit, which is no run.';
