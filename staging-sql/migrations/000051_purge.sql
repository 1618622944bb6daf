-- What was taken away for good, and where whose data went.
create table ops.purge (
  purge_id    bigint generated always as identity primary key,
  kind        text not null check (kind in ('versions', 'dead_letters', 'journal')),
  source_key  text,
  kept_days   integer not null check (kept_days >= 0),
  cutoff_at   timestamptz not null,
  reason      text not null check (reason <> ''),
  purged_by   text not null check (purged_by <> ''),
  purged_at   timestamptz not null default clock_timestamp()
);
comment on table ops.purge is 'One row per purge: which kind of data, older than what, by whom and why. What it took is in ops.purged.';
comment on column ops.purge.kind is 'versions: superseded versions of objects. dead_letters: records that could not be stored. journal: bodies of calls; the calls themselves stay.';
comment on column ops.purge.source_key is 'Object the purge was limited to; null for all.';
comment on column ops.purge.kept_days is 'Retention that was asked for.';
comment on column ops.purge.cutoff_at is 'What was older than this went.';

create table ops.purged (
  purge_id   bigint not null references ops.purge,
  what       text not null,
  row_count  bigint not null,
  byte_count bigint not null,
  oldest_at  timestamptz,
  newest_at  timestamptz,
  primary key (purge_id, what)
);
comment on table ops.purged is 'What a purge took away: one row per class, reason or operation, in counts; no content.';
comment on column ops.purged.what is 'Class of the versions, reason of the dead letters, operation of the calls.';
