-- Every version of every object as iTop gave it, where each topic was landed up to, and what could not be landed.
create schema raw;
comment on schema raw is 'What iTop answered, version by version. Nothing here is interpreted.';

create table raw.object (
  version_id    bigint generated always as identity,
  source_key    text not null,
  root_class    text not null,
  final_class   text not null,
  source_id     bigint not null,
  op            text not null check (op in ('upsert', 'delete')),
  payload       jsonb not null,
  payload_hash  bytea not null,
  observed_at   timestamptz not null,
  landed_at     timestamptz not null default clock_timestamp(),
  run_id        bigint not null,
  chunk_id      bigint,
  channel       text not null,
  broker        text not null,
  topic         text not null,
  partition_id  integer not null,
  generation    integer not null,
  offset_no     bigint not null,
  repairs       text[] not null default '{}',
  primary key (root_class, version_id)
) partition by list (root_class);
comment on table raw.object is 'One row per observed version of an object. A record equal to the one before it is not stored again.';
comment on column raw.object.version_id is 'Landing sequence: later landed is higher.';
comment on column raw.object.source_key is 'RootClass::id; ids are unique per class tree.';
comment on column raw.object.final_class is 'Class of the object itself.';
comment on column raw.object.source_id is 'iTop''s id.';
comment on column raw.object.op is 'upsert: the object as seen; delete: it was seen to be gone.';
comment on column raw.object.payload is 'Fields as iTop gave them.';
comment on column raw.object.payload_hash is 'SHA-256 over canonical JSON without volatile fields, after repair.';
comment on column raw.object.observed_at is 'Taken before the request was sent: what is seen last is the latest.';
comment on column raw.object.channel is 'rest, csv or xml.';
comment on column raw.object.broker is 'Kafka''s cluster id, or inline.';
comment on column raw.object.generation is 'Counts re-creations of the topic.';
comment on column raw.object.offset_no is 'Offset of the record in its partition.';
comment on column raw.object.repairs is 'What had to be mended to store the payload, e.g. nul_removed.';

create table raw.organization partition of raw.object for values in ('Organization');
create table raw.contact partition of raw.object for values in ('Contact');
create table raw.user_account partition of raw.object for values in ('User');
create table raw.user_profile partition of raw.object for values in ('URP_UserProfile');
create table raw.ticket partition of raw.object for values in ('Ticket');
create table raw.contact_to_ticket partition of raw.object for values in ('lnkContactToTicket');
create table raw.functional_ci partition of raw.object for values in ('FunctionalCI');
create table raw.ci_to_ticket partition of raw.object for values in ('lnkFunctionalCIToTicket');
create table raw.attachment partition of raw.object for values in ('Attachment');
create table raw.other partition of raw.object default;
create index object_source_key on raw.object (source_key, version_id);

create table raw.head (
  source_key       text primary key,
  root_class       text not null,
  version_id       bigint not null,
  payload_hash     bytea not null,
  op               text not null,
  seen_at          timestamptz not null,
  last_record_hash bytea not null,
  last_version_id  bigint not null
);
comment on table raw.head is 'One row per object: its latest version, and when that was last seen.';
comment on column raw.head.version_id is 'The version seen last by observed_at, ties by landing sequence.';
comment on column raw.head.payload_hash is 'Hash of the latest version.';
comment on column raw.head.seen_at is 'Latest observed_at; moves also when an unchanged record is dropped.';
comment on column raw.head.last_record_hash is 'Hash of the record before, in offset order.';
comment on column raw.head.last_version_id is 'Version that the record before became or confirmed.';

create table raw.landed_offset (
  broker        text not null,
  topic         text not null,
  partition_id  integer not null,
  generation    integer not null default 0,
  offset_no     bigint not null,
  record_key    text,
  record_time   timestamptz,
  record_hash   bytea,
  landed_at     timestamptz not null default clock_timestamp(),
  primary key (broker, topic, partition_id, generation)
);
comment on table raw.landed_offset is 'The fence: every record up to this offset is landed. Moves in the transaction of the rows.';
comment on column raw.landed_offset.offset_no is 'Highest landed offset; -1 before the first.';
comment on column raw.landed_offset.record_hash is 'Hash of the record at that offset: shows whether the topic is still the one that was landed.';

create table raw.dead_letter (
  dead_letter_id bigint generated always as identity primary key,
  broker         text not null,
  topic          text not null,
  partition_id   integer not null,
  generation     integer not null,
  offset_no      bigint not null,
  source_key     text,
  run_id         bigint,
  chunk_id       bigint,
  reason_code    text not null,
  reason         text not null,
  next_step      text not null,
  content        bytea not null,
  landed_at      timestamptz not null default clock_timestamp()
);
comment on table raw.dead_letter is 'Records that could not be landed, with the reason and what to do. Written in the transaction of the batch.';
comment on column raw.dead_letter.content is 'The record''s value, byte for byte.';
