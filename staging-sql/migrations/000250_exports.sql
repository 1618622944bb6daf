-- Classes handed over as files: which channel writes a class, what a second one said otherwise, and logs a person must look at.
create table ops.class_channel (
  class      text primary key,
  channel    text not null check (channel in ('csv', 'xml')),
  run_id     bigint not null,
  decided_at timestamptz not null default clock_timestamp()
);
comment on table ops.class_channel is 'Classes whose objects come from files. Every other class is written by the REST API. A second channel of a class only checks the first.';
comment on column ops.class_channel.class is 'Final class.';
comment on column ops.class_channel.channel is 'The one channel that writes the class.';
comment on column ops.class_channel.run_id is 'Extraction that brought the class by this channel first.';

create table ops.log_review (
  source_key  text not null,
  attribute   text not null,
  run_id      bigint not null,
  file        text not null,
  treatment   text not null check (treatment in ('split', 'kept whole')),
  reason      text not null,
  entries     integer not null,
  primary key (source_key, attribute)
);
comment on table ops.log_review is 'Case logs of files that could not be split into entries beyond doubt: a body can imitate the line that separates entries.';
comment on column ops.log_review.attribute is 'The log: public_log, private_log or log.';
comment on column ops.log_review.file is 'Name of the file it came in.';
comment on column ops.log_review.treatment is 'split: into entries, to be looked at; kept whole: as one entry without date and author.';
comment on column ops.log_review.reason is 'What makes it doubtful, in words.';
comment on column ops.log_review.entries is 'Entries that were made of it.';

create table ops.cross_check (
  run_id            bigint not null,
  class             text not null,
  channel           text not null,
  in_file           integer not null,
  in_raw            integer not null,
  only_in_file      integer not null,
  only_in_raw       integer not null,
  differing_objects integer not null,
  differing_fields  integer not null,
  checked_at        timestamptz not null default clock_timestamp(),
  primary key (run_id, class)
);
comment on table ops.cross_check is 'One row per class and run in which a second channel was held against what is in raw.';
comment on column ops.cross_check.class is 'Final class.';
comment on column ops.cross_check.channel is 'The second channel: csv or xml.';
comment on column ops.cross_check.in_file is 'Objects of the class in the files.';
comment on column ops.cross_check.in_raw is 'Objects of the class in raw.';
comment on column ops.cross_check.differing_objects is 'Objects in both with at least one field that differs.';
comment on column ops.cross_check.differing_fields is 'Fields that differ, over all objects.';

create table ops.channel_difference (
  run_id     bigint not null,
  class      text not null,
  source_key text not null,
  difference text not null check (difference in ('only in file', 'only in raw', 'field differs')),
  attribute  text not null default '',
  raw_value  text,
  file_value text,
  primary key (run_id, source_key, attribute)
);
comment on table ops.channel_difference is 'What a second channel said otherwise than the one that writes the class. Logs are compared by the times and authors of their entries.';
comment on column ops.channel_difference.attribute is 'Empty where the whole object is in one channel only.';
comment on column ops.channel_difference.raw_value is 'First 500 characters of the value in raw.';
comment on column ops.channel_difference.file_value is 'First 500 characters of the value in the file.';

-- Findings of files stay beside those of the REST API: either one can be run again without the other.
alter table ops.finding drop constraint finding_stage_check;
alter table ops.finding add constraint finding_stage_check check (stage in ('audit', 'extract', 'exports', 'datamodel'));
