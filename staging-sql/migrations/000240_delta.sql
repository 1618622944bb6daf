-- What an extraction of changes starts from, and the objects it has to look at.
create table ops.watermark (
  run_id     bigint not null references ops.run,
  channel    text not null check (channel in ('history', 'last_update', 'ids')),
  class      text not null,
  value      text not null,
  detail     jsonb not null default '{}',
  is_reached boolean not null default false,
  noted_at   timestamptz not null default clock_timestamp(),
  primary key (run_id, channel, class)
);
comment on table ops.watermark is 'How far iTop had gone when a run began: the next delta starts there. Noted before anything is read, so that a run that was killed and went on keeps its first one.';
comment on column ops.watermark.channel is 'history: id of the latest row of iTop''s history; last_update: latest time of a ticket, on iTop''s clock; ids: highest id of a class without either.';
comment on column ops.watermark.value is 'Id, or local time of iTop.';
comment on column ops.watermark.detail is 'history: ids read last (recent), because rows become visible out of order, and what the latest row was about (mark), by which a restored iTop is recognised.';
comment on column ops.watermark.is_reached is 'True once the run had read everything that lies before. Only then a delta starts from it.';

create table ops.class_fields (
  class         text primary key,
  output_fields text[] not null,
  run_id        bigint not null references ops.run
);
comment on table ops.class_fields is 'What the last full extraction asked of each class. A delta asks the same, so that nothing changes by being asked differently.';
comment on column ops.class_fields.output_fields is 'Attribute codes.';

create table ops.delta_object (
  run_id      bigint not null references ops.run,
  class       text not null,
  source_id   bigint not null,
  found_by    text not null check (found_by in ('history', 'last_update', 'ids', 'owner', 'id_set')),
  history_id  bigint,
  last_update text,
  state       text not null default 'noted' check (state in ('noted', 'fetched', 'gone', 'doubted')),
  primary key (run_id, class, source_id)
);
comment on table ops.delta_object is 'Objects that a delta has to look at, each once. Emptied when the run is complete.';
comment on column ops.delta_object.class is 'Final class.';
comment on column ops.delta_object.found_by is 'history: iTop''s history names it; last_update: the ticket''s own time; ids: an id above the highest; owner: last seen without one; id_set: iTop''s ids and ours differ.';
comment on column ops.delta_object.history_id is 'Latest row of the history about it.';
comment on column ops.delta_object.last_update is 'Its time as iTop gave it.';
comment on column ops.delta_object.state is 'fetched: landed as it is now; gone: iTop does not give it any more; doubted: too many were gone at once.';
create index delta_object_noted on ops.delta_object (run_id, class, source_id) where state = 'noted';
