-- Every version of every object as iTop gave it, where each topic was landed up to, and what could not be landed.
create schema raw;
comment on schema raw is 'What iTop answered, version by version. Nothing here is interpreted.';

create table raw.object (
  version_id   bigint generated always as identity,
  source_key   text not null,
  root_class   text not null,
  final_class  text not null,
  source_id    bigint not null,
  op           text not null check (op in ('upsert', 'delete')),
  payload      jsonb not null,
  payload_hash bytea not null,
  observed_at  timestamptz not null,
  landed_at    timestamptz not null default clock_timestamp(),
  run_id       bigint not null,
  chunk_id     bigint,
  channel      text not null,
  broker       text not null,
  topic        text not null,
  partition_id integer not null,
  generation   integer not null,
  offset_no    bigint not null,
  repairs      text[] not null default '{}',
  primary key (root_class, version_id)
) partition by list (root_class);
comment on table raw.object is 'One row per observed version of an object. A record equal to the one before it is not stored again.';
comment on column raw.object.version_id is 'Landing sequence: later landed is higher.';
comment on column raw.object.source_key is 'RootClass::id; ids are unique per class tree.';
comment on column raw.object.root_class is 'Top of the object''s class tree: the partition it lies in.';
comment on column raw.object.final_class is 'Class of the object itself.';
comment on column raw.object.source_id is 'iTop''s id.';
comment on column raw.object.op is 'upsert: the object as seen; delete: it was seen to be gone.';
comment on column raw.object.payload is 'Fields as iTop gave them.';
comment on column raw.object.payload_hash is 'SHA-256 over canonical JSON without volatile fields, after repair.';
comment on column raw.object.observed_at is 'Taken before the request was sent, by iTop''s own clock (the Date header of its answers): what is seen last is the latest.';
comment on column raw.object.landed_at is 'When the version was stored.';
comment on column raw.object.run_id is 'Extraction that read it.';
comment on column raw.object.chunk_id is 'Chunk it was read in; null where it came outside of chunks.';
comment on column raw.object.channel is 'rest, csv or xml.';
comment on column raw.object.broker is 'Kafka''s cluster id, or inline.';
comment on column raw.object.topic is 'Topic that carried it.';
comment on column raw.object.partition_id is 'Partition of the topic.';
comment on column raw.object.generation is 'Counts re-creations of the topic.';
comment on column raw.object.offset_no is 'Offset of the record in its partition.';
comment on column raw.object.repairs is 'What had to be mended to store the payload, e.g. nul_removed.';

-- Payloads of up to a page stay in their row, uncompressed: compressing them is half of what writing them costs, and unpacking them
-- two fifths of what reading them costs, at less than twice the space. Larger ones are compressed as before.
-- Storage parameters are set on partitions: the partitioned table has none.
create table raw.organization partition of raw.object for values in ('Organization') with (toast_tuple_target = 8160);
create table raw.contact partition of raw.object for values in ('Contact') with (toast_tuple_target = 8160);
create table raw.user_account partition of raw.object for values in ('User') with (toast_tuple_target = 8160);
create table raw.user_profile partition of raw.object for values in ('URP_UserProfile') with (toast_tuple_target = 8160);
create table raw.ticket partition of raw.object for values in ('Ticket') with (toast_tuple_target = 8160);
create table raw.contact_to_ticket partition of raw.object for values in ('lnkContactToTicket') with (toast_tuple_target = 8160);
create table raw.functional_ci partition of raw.object for values in ('FunctionalCI') with (toast_tuple_target = 8160);
create table raw.ci_to_ticket partition of raw.object for values in ('lnkFunctionalCIToTicket') with (toast_tuple_target = 8160);
create table raw.attachment partition of raw.object for values in ('Attachment') with (toast_tuple_target = 8160);
create table raw.other partition of raw.object default with (toast_tuple_target = 8160);

-- Postgres hands columns down to partitions, their comments not.
do $$
declare
  said record;
begin
  for said in
    select format('comment on table %s is %L', c.oid::regclass, 'The versions of raw.object of one class tree, '
      || coalesce(substring(pg_get_expr(c.relpartbound, c.oid) from '''(.*)'''), 'or of all that have no partition of their own') || '.') as statement
    from pg_class c join pg_inherits i on i.inhrelid = c.oid where i.inhparent = 'raw.object'::regclass
    union all
    select format('comment on column %s.%I is %L', i.inhrelid::regclass, a.attname, col_description(a.attrelid, a.attnum))
    from pg_inherits i join pg_attribute a on a.attrelid = i.inhparent and a.attnum > 0 and not a.attisdropped
    where i.inhparent = 'raw.object'::regclass
  loop
    execute said.statement;
  end loop;
end $$;

create index object_source_key on raw.object (source_key, version_id);

create table raw.head (
  source_key       text primary key,
  root_class       text not null,
  final_class      text not null,
  version_id       bigint not null,
  payload_hash     bytea not null,
  op               text not null,
  seen_at          timestamptz not null,
  last_record_hash bytea not null,
  last_version_id  bigint not null,
  set_aside_version_id bigint
);
comment on table raw.head is 'One row per object: its latest version, and when that was last seen.';
comment on column raw.head.source_key is 'The object, RootClass::id.';
comment on column raw.head.root_class is 'Top of its class tree.';
comment on column raw.head.final_class is 'Class of the object itself, as its latest version has it: who counts objects need not open the versions.';
comment on column raw.head.version_id is 'The version seen last by observed_at, ties by landing sequence.';
comment on column raw.head.payload_hash is 'Hash of the latest version.';
comment on column raw.head.op is 'upsert: iTop holds the object; delete: the latest version says that it is gone.';
comment on column raw.head.seen_at is 'Latest observed_at; moves also when an unchanged record is dropped.';
comment on column raw.head.last_record_hash is 'Hash of the record before, in offset order.';
comment on column raw.head.last_version_id is 'Version that the record before became or confirmed.';
comment on column raw.head.set_aside_version_id is 'Version that the transform goes on without (ops.set_aside); null for nearly all. A later version counts again.';

create table raw.landed_offset (
  broker       text not null,
  topic        text not null,
  partition_id integer not null,
  generation   integer not null default 0,
  offset_no    bigint not null,
  record_key   text,
  record_time  timestamptz,
  record_hash  bytea,
  landed_at    timestamptz not null default clock_timestamp(),
  primary key (broker, topic, partition_id, generation)
);
comment on table raw.landed_offset is 'The fence: every record up to this offset is landed. Moves in the transaction of the rows.';
comment on column raw.landed_offset.broker is 'Kafka''s cluster id, or inline.';
comment on column raw.landed_offset.topic is 'Name of the topic.';
comment on column raw.landed_offset.partition_id is 'Partition of the topic.';
comment on column raw.landed_offset.generation is 'Counts re-creations of the topic.';
comment on column raw.landed_offset.offset_no is 'Highest landed offset; -1 before the first.';
comment on column raw.landed_offset.record_key is 'Key of the record at that offset; null before the first.';
comment on column raw.landed_offset.record_time is 'Timestamp of the record at that offset, as the broker keeps it.';
comment on column raw.landed_offset.record_hash is 'Hash of the record at that offset: shows whether the topic is still the one that was landed.';
comment on column raw.landed_offset.landed_at is 'When the offset moved last.';

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
comment on column raw.dead_letter.dead_letter_id is 'Number of the record among those that were not landed.';
comment on column raw.dead_letter.broker is 'Kafka''s cluster id, or inline; file for records of exported files.';
comment on column raw.dead_letter.topic is 'Topic that carried it; for a file its name.';
comment on column raw.dead_letter.partition_id is 'Partition of the topic; 0 for a file.';
comment on column raw.dead_letter.generation is 'Counts re-creations of the topic; 0 for a file.';
comment on column raw.dead_letter.offset_no is 'Offset of the record; for a file the record''s number.';
comment on column raw.dead_letter.source_key is 'Object the record is about; null where it is unknown.';
comment on column raw.dead_letter.run_id is 'Extraction that brought it; null where it is unknown.';
comment on column raw.dead_letter.chunk_id is 'Chunk that brought it; null where it is unknown.';
comment on column raw.dead_letter.reason_code is 'Stable name of the reason.';
comment on column raw.dead_letter.reason is 'What is wrong with it, in words.';
comment on column raw.dead_letter.next_step is 'What to do about it.';
comment on column raw.dead_letter.content is 'The record''s value, byte for byte.';
comment on column raw.dead_letter.landed_at is 'When it was put here.';

create table raw.blob_source (
  source_key  text not null,
  attribute   text not null,
  blob_hash   bytea,
  byte_size   bigint,
  stated_size bigint,
  file_name   text not null,
  media_type  text not null,
  finding     text check (finding in ('empty file', 'bytes missing', 'bytes differ', 'refused by type')),
  fetched_at  timestamptz not null default clock_timestamp(),
  purged_at   timestamptz,
  primary key (source_key, attribute)
);
comment on table raw.blob_source is 'One row per file that iTop holds: of an attachment, a pasted picture, a document, or a picture inside a text. The bytes lie in the blob store under their hash.';
comment on column raw.blob_source.source_key is 'Attachment::1, InlineImage::2, Document::3, or Ticket::83#private_log/0!1 for the first picture inside the text of a log entry.';
comment on column raw.blob_source.attribute is 'iTop attribute that holds the file.';
comment on column raw.blob_source.blob_hash is 'SHA-256 of the bytes; null where there are none.';
comment on column raw.blob_source.byte_size is 'Bytes in the blob store.';
comment on column raw.blob_source.stated_size is 'Size that the source stated, where it states one.';
comment on column raw.blob_source.file_name is 'Name as iTop gave it.';
comment on column raw.blob_source.media_type is 'Type as iTop gave it.';
comment on column raw.blob_source.finding is 'What is wrong with the file (rule A3); null where nothing is.';
comment on column raw.blob_source.fetched_at is 'When the bytes were fetched last.';
comment on column raw.blob_source.purged_at is 'When the bytes were taken out of the blob store for good; null while they are there.';

create table raw.absent_file (
  source_key text not null,
  attribute  text not null,
  asked_at   timestamptz not null default clock_timestamp(),
  primary key (source_key, attribute)
);
comment on table raw.absent_file is 'One row per attribute that can hold a file and was found without one: it is asked again when its object may have changed, and not in each extraction.';
comment on column raw.absent_file.source_key is 'The object, RootClass::id.';
comment on column raw.absent_file.attribute is 'iTop attribute that can hold a file.';
comment on column raw.absent_file.asked_at is 'When iTop was asked last.';

-- Bytes are fetched after their object was landed: what shows them is refreshed by the next transform.
create function raw.note_changed_blob() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and (old.blob_hash, old.finding, old.file_name, old.media_type, old.byte_size)
    is not distinct from (new.blob_hash, new.finding, new.file_name, new.media_type, new.byte_size) then
    return null;
  end if;
  insert into ops.changed_object (root_class, source_key)
  values (split_part(new.source_key, '::', 1), split_part(new.source_key, '#', 1));
  return null;
end $$;
comment on function raw.note_changed_blob is 'Notes the object of a fetched file as changed.';
create trigger note_changed_blob after insert or update on raw.blob_source for each row execute function raw.note_changed_blob();

-- The key is that of the head: it is indexed there, and one key leads to one version. Asking for equal keys beside equal versions
-- would say so too, but the planner takes the two for independent and expects one row of a whole class.
create view raw.latest_object as
select
  o.version_id, h.source_key, o.root_class, o.final_class, o.source_id, o.op, o.payload, o.payload_hash, o.observed_at, o.landed_at,
  o.run_id, o.chunk_id, o.channel, o.broker, o.topic, o.partition_id, o.generation, o.offset_no, o.repairs,
  h.set_aside_version_id is not distinct from h.version_id as is_set_aside
from raw.head h
join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
where h.op = 'upsert';

comment on view raw.latest_object is 'One row per object that iTop still holds: the version seen last.';
comment on column raw.latest_object.version_id is 'Number of the version in raw.object: the one seen last.';
comment on column raw.latest_object.source_key is 'The object, RootClass::id; ids are unique per class tree.';
comment on column raw.latest_object.root_class is 'Top of the object''s class tree.';
comment on column raw.latest_object.final_class is 'Class of the object itself.';
comment on column raw.latest_object.source_id is 'iTop''s id of the object.';
comment on column raw.latest_object.op is 'upsert, always: objects that are gone are left out.';
comment on column raw.latest_object.payload is 'Fields as iTop gave them.';
comment on column raw.latest_object.payload_hash is 'SHA-256 over canonical JSON without volatile fields, after repair.';
comment on column raw.latest_object.observed_at is 'When iTop was asked for that version, by its own clock: taken before the request was sent.';
comment on column raw.latest_object.landed_at is 'When the version was stored.';
comment on column raw.latest_object.run_id is 'Extraction that read it.';
comment on column raw.latest_object.chunk_id is 'Chunk it was read in; null where it came outside of chunks.';
comment on column raw.latest_object.channel is 'rest, csv or xml.';
comment on column raw.latest_object.broker is 'Kafka''s cluster id, or inline.';
comment on column raw.latest_object.topic is 'Topic that carried it.';
comment on column raw.latest_object.partition_id is 'Partition of the topic.';
comment on column raw.latest_object.generation is 'Counts re-creations of the topic.';
comment on column raw.latest_object.offset_no is 'Offset of the record in its partition.';
comment on column raw.latest_object.repairs is 'What had to be mended to store the payload, e.g. nul_removed.';
comment on column raw.latest_object.is_set_aside is 'The transform goes on without it (ops.set_aside).';

create view raw.update_time_disagrees as
select newest.source_key, latest.version_id as latest_version_id, latest.payload ->> 'last_update' as latest_update,
  newest.version_id as newer_version_id, newest.payload ->> 'last_update' as newer_update
from raw.latest_object latest
join raw.object newest on newest.source_key = latest.source_key and newest.root_class = latest.root_class
where latest.root_class = 'Ticket' and newest.payload ->> 'last_update' > latest.payload ->> 'last_update';

comment on view raw.update_time_disagrees is 'Tickets of which an earlier seen version carries a later last_update than the latest one: iTop restored from a backup, or its clock moved.';

create view raw.missing_reference as
with pointer (root_class, attribute, target_class) as (
  values
    ('Ticket', 'caller_id', 'Person'), ('Ticket', 'agent_id', 'Person'), ('Ticket', 'team_id', 'Team'), ('Ticket', 'org_id', 'Organization'),
    ('Contact', 'org_id', 'Organization'), ('User', 'contactid', 'Person')
), target as (
  select p.*, case p.target_class when 'Organization' then 'Organization' else 'Contact' end as target_root
  from pointer p
)
select
  t.target_root || '::' || f.id as target_key,
  t.target_class,
  string_agg(distinct o.root_class || '.' || t.attribute, ', ') as named_by,
  count(*) as object_count,
  min(o.source_key) as example_key
from raw.latest_object o
cross join lateral jsonb_to_record(o.payload) as p (caller_id text, agent_id text, team_id text, org_id text, contactid text)
cross join lateral (values
  ('caller_id', p.caller_id), ('agent_id', p.agent_id), ('team_id', p.team_id), ('org_id', p.org_id), ('contactid', p.contactid)) as f (attribute, id)
join target t on t.root_class = o.root_class and t.attribute = f.attribute
left join raw.head h on h.source_key = t.target_root || '::' || f.id and h.op = 'upsert'
where o.root_class in ('Ticket', 'Contact', 'User') and f.id ~ '^[1-9][0-9]*$' and h.source_key is null
group by t.target_root, f.id, t.target_class;

comment on view raw.missing_reference is 'One row per person, team or organization that a ticket, person or account names and that was not extracted: deleted in iTop, hidden from the account, or left out of an export (one without obsolete objects).';
comment on column raw.missing_reference.target_key is 'Source key of what is missing.';
comment on column raw.missing_reference.target_class is 'Class that the field points to.';
comment on column raw.missing_reference.named_by is 'Fields that name it.';
comment on column raw.missing_reference.object_count is 'How often it is named.';
comment on column raw.missing_reference.example_key is 'One object that names it.';
comment on column raw.update_time_disagrees.source_key is 'The ticket.';
comment on column raw.update_time_disagrees.latest_version_id is 'Version that counts: the one seen last.';
comment on column raw.update_time_disagrees.latest_update is 'last_update of that version, as iTop gave it.';
comment on column raw.update_time_disagrees.newer_version_id is 'Earlier seen version with a later last_update.';
comment on column raw.update_time_disagrees.newer_update is 'last_update of that version, as iTop gave it.';
