-- What the stages know about their own work, and the mapping: what becomes of each class, attribute and value. Views join the mapping; changing
-- a decision needs no code. What ships of it is in the CSV files beside this one.
create schema ops;
comment on schema ops is 'Runs, processes, chunks, the mapping, rendered bodies and confirmations: the tool''s own bookkeeping.';

create table ops.run (
  run_id             bigint generated always as identity primary key,
  command            text not null,
  workspace_id_code  text,
  fingerprint        text not null,
  fingerprint_detail jsonb not null,
  state              text not null default 'running' check (state in ('running', 'done', 'failed')),
  started_at         timestamptz not null default clock_timestamp(),
  ended_at           timestamptz,
  outcome            jsonb
);
comment on table ops.run is 'One piece of work that changes state. It outlives its process: the same command with the same fingerprint continues an unfinished run.';
comment on column ops.run.run_id is 'Number of the run.';
comment on column ops.run.command is 'Command that opened the run, e.g. extract, load.';
comment on column ops.run.workspace_id_code is 'Intercom workspace the run writes to; null for runs that do not touch Intercom.';
comment on column ops.run.fingerprint is 'SHA-256 over fingerprint_detail: configuration, mapping, SQL and renderer.';
comment on column ops.run.fingerprint_detail is 'The hashed parts by name, so that a difference can be named.';
comment on column ops.run.state is 'running: not finished, a process may have died; done; failed.';
comment on column ops.run.started_at is 'When the run was opened.';
comment on column ops.run.ended_at is 'When the run ended; null while it is unfinished.';
comment on column ops.run.outcome is 'What the command said at its end: counts, or the error.';
create unique index run_unfinished on ops.run (command, coalesce(workspace_id_code, '')) where state = 'running';

create table ops.process (
  process_id   bigint generated always as identity primary key,
  run_id       bigint not null references ops.run,
  attempt      integer not null,
  host         text not null,
  machine      text not null default '',
  pid          integer not null,
  session_name text not null default '',
  lease_ms     integer not null default 10000,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  ended_at     timestamptz,
  lost_at      timestamptz
);
comment on table ops.process is 'One lease of an operating-system process that served a run. Several processes may serve one run; a process that was stopped for too long goes on under a new row.';
comment on column ops.process.process_id is 'The fencing number: claims and intents carry it, and are taken only while its lease lives.';
comment on column ops.process.run_id is 'Run that the process serves.';
comment on column ops.process.attempt is 'Counts the leases of a run, from 1.';
comment on column ops.process.host is 'Name of the machine it ran on.';
comment on column ops.process.machine is 'Host, start of its kernel and space of process ids: where the pid means this process.';
comment on column ops.process.pid is 'Process id on that machine.';
comment on column ops.process.session_name is 'application_name of its database sessions, the same for all leases of one process; empty when unknown.';
comment on column ops.process.lease_ms is 'How long the lease lasts after a renewal: the process sends nothing later, and nobody takes over before.';
comment on column ops.process.started_at is 'When the process joined the run.';
comment on column ops.process.heartbeat_at is 'Last renewal of the lease.';
comment on column ops.process.ended_at is 'When the process left in good order; null while it works, and for one that was killed.';
comment on column ops.process.lost_at is 'When the lease was taken for lost: it had run out, or the process was gone.';
create index process_run on ops.process (run_id);

create function ops.is_alive(p ops.process) returns boolean language sql stable as $$
  select p.ended_at is null and p.lost_at is null
    and p.heartbeat_at > clock_timestamp() - p.lease_ms * interval '1 millisecond'
$$;
comment on function ops.is_alive(ops.process) is 'Whether the lease of a process lives: not ended, not lost, renewed in time.';

create table ops.setting (
  is_only              boolean primary key default true check (is_only),
  timezone             text not null,
  renderer_version     integer not null,
  body_limit           integer not null,
  part_limit           integer not null,
  marker_wording       text not null,
  attachments_own_part text not null check (attachments_own_part in ('note', 'comment')),
  snoozed_until        timestamptz,
  snooze_spread_days   integer not null,
  scope_since          text,
  scope_until          text,
  scope_classes        jsonb,
  scope_organizations  jsonb,
  scope_statuses       jsonb,
  itop_hosts           text[]
);
comment on table ops.setting is 'One row: what views must know of the configuration. Written by transform; no row before the first.';
comment on column ops.setting.is_only is 'True: there is one row.';
comment on column ops.setting.timezone is 'Zone of iTop''s dates, which carry none.';
comment on column ops.setting.renderer_version is 'Version of the renderer whose bodies count.';
comment on column ops.setting.body_limit is 'Longest body of one part, in characters: longer ones go on in the next part (rule T8).';
comment on column ops.setting.part_limit is 'Parts a conversation holds at most at its first load (rule T7).';
comment on column ops.setting.marker_wording is 'Last line of an opening, with {ref} and {token} (rule T9).';
comment on column ops.setting.attachments_own_part is 'note or comment: what carries a file that goes with no message.';
comment on column ops.setting.snoozed_until is 'Until when pending tickets sleep; null where nobody said.';
comment on column ops.setting.snooze_spread_days is 'Days over which their waking is spread.';
comment on column ops.setting.scope_since is 'Tickets opened before are out of scope, on iTop''s clock; null: the confirmed mapping decides.';
comment on column ops.setting.scope_until is 'Tickets opened then or later are out of scope, on iTop''s clock; null: the confirmed mapping decides.';
comment on column ops.setting.scope_classes is 'List of the classes in scope; null: the confirmed mapping decides.';
comment on column ops.setting.scope_organizations is 'List of the organizations in scope, as source keys; null: the confirmed mapping decides.';
comment on column ops.setting.scope_statuses is 'List of the statuses in scope; null: the confirmed mapping decides.';
comment on column ops.setting.itop_hosts is 'Hosts whose addresses in texts are this iTop''s, in lower case; null where none is configured: then any host with iTop''s paths is.';

create table ops.finding (
  stage     text not null check (stage in ('audit', 'extract', 'exports', 'datamodel')),
  code      text not null,
  subject   text not null,
  class     text,
  root_class text,
  severity  text not null check (severity in ('passed', 'note', 'warning', 'blocker')),
  finding   text not null,
  next_step text not null,
  run_id    bigint references ops.run,
  found_at  timestamptz not null default clock_timestamp(),
  primary key (stage, code, subject)
);
comment on table ops.finding is 'What the last audit, extraction, reading of exported files and reading of the data model found: one row per kind of finding and subject. Each stage replaces its own rows.';
comment on column ops.finding.stage is 'audit, extract, exports (files of exported objects) or datamodel (the data model file).';
comment on column ops.finding.code is 'Stable name of the check or of the kind of finding.';
comment on column ops.finding.subject is 'What it is about, for people: iTop, Intercom, a class, or Class::id.';
comment on column ops.finding.class is 'Class in iTop as it was read; null where the finding is about none.';
comment on column ops.finding.root_class is 'Top of its class tree; null where it is not known.';
comment on column ops.finding.severity is 'blocker: nothing may be loaded, or data is missing; warning: look at it; note: explained; passed: checked and in order.';
comment on column ops.finding.finding is 'What was found, in words.';
comment on column ops.finding.next_step is 'What to do; empty where nothing is to be done.';
comment on column ops.finding.run_id is 'Run that found it; null for an audit, which is no run.';
comment on column ops.finding.found_at is 'When it was found.';

create table ops.itop_class (
  class        text primary key,
  root_class   text not null,
  parent_class text,
  is_standard  boolean not null default true,
  is_concrete  boolean not null default false,
  unread_reason text,
  shown_at      timestamptz,
  audited_count bigint
);
comment on table ops.itop_class is 'iTop''s class tree. Ids are unique per root class, so the root class is half of a source key. A class missing here is refused.';
comment on column ops.itop_class.class is 'Class in iTop.';
comment on column ops.itop_class.root_class is 'Top of its class tree; the first half of a source key.';
comment on column ops.itop_class.parent_class is 'Class it extends; null for a root class.';
comment on column ops.itop_class.is_standard is 'False for classes that a site''s own extension added.';
comment on column ops.itop_class.is_concrete is 'True for a class with others below it that has objects of its own as well. A class with none below it always may.';
comment on column ops.itop_class.unread_reason is 'Why objects of this very class are not read, in words; null for a class that is read.';
comment on column ops.itop_class.audited_count is 'Objects of the class as the last audit counted them, so that the first extraction need not ask which classes have any; null for classes that were not counted.';
comment on column ops.itop_class.shown_at is 'When an object of the class was last read with all its attributes, which shows those that no query can name; null where never.';

create table ops.itop_attribute (
  class        text not null,
  attribute    text not null,
  kind         text not null check (kind in ('text', 'html', 'number', 'boolean', 'date', 'datetime', 'key', 'tags', 'log', 'blob', 'form', 'secret', 'unknown')),
  is_standard  boolean not null,
  is_requested boolean not null,
  reason       text not null default '',
  decision     text check (decision in ('request', 'never')),
  label        text,
  first_run_id bigint not null,
  last_run_id  bigint not null,
  primary key (class, attribute)
);
comment on table ops.itop_attribute is 'One row per class and attribute that iTop listed. The listing shows no values; kinds come from the standard model, the model file and the data.';
comment on column ops.itop_attribute.class is 'Final class.';
comment on column ops.itop_attribute.attribute is 'Attribute code.';
comment on column ops.itop_attribute.kind is 'What the attribute holds. blob: a file, whose bytes are fetched apart; form: answers of a customized request form; secret: never requested.';
comment on column ops.itop_attribute.is_standard is 'False for attributes that the site added.';
comment on column ops.itop_attribute.is_requested is 'Whether it is read with the object.';
comment on column ops.itop_attribute.reason is 'Why it is not read, in words.';
comment on column ops.itop_attribute.decision is 'A person''s word on an attribute whose name suggests a secret, or that stays behind by default: request, or never. Null: not decided, and not requested.';
comment on column ops.itop_attribute.label is 'Name shown in iTop, where the model file gives it.';
comment on column ops.itop_attribute.first_run_id is 'Extraction that saw it first.';
comment on column ops.itop_attribute.last_run_id is 'Extraction that saw it last: an older one means that it is gone from iTop.';

create table ops.model_class (
  class        text primary key,
  parent_class text,
  label        text,
  module       text not null default '',
  is_abstract  boolean not null default false,
  read_at      timestamptz not null default clock_timestamp()
);
comment on table ops.model_class is 'Classes of the data model file, with those above them.';
comment on column ops.model_class.class is 'Class name in the file.';
comment on column ops.model_class.parent_class is 'Class it extends; null for a root class.';
comment on column ops.model_class.label is 'Name shown in iTop, in the language read.';
comment on column ops.model_class.module is 'Module that brought the class.';
comment on column ops.model_class.is_abstract is 'True where no object can be of this class itself.';
comment on column ops.model_class.read_at is 'When the file was read.';

create table ops.model_attribute (
  class     text not null,
  attribute text not null,
  type      text not null,
  kind      text not null check (kind in ('text', 'html', 'number', 'boolean', 'date', 'datetime', 'key', 'tags', 'log', 'blob', 'form', 'secret', 'unknown')),
  label     text,
  module    text not null default '',
  is_custom boolean not null,
  primary key (class, attribute)
);
comment on table ops.model_attribute is 'Attributes of the data model file, for each class that has them: inherited ones too.';
comment on column ops.model_attribute.class is 'Class that has the attribute.';
comment on column ops.model_attribute.attribute is 'Attribute code.';
comment on column ops.model_attribute.type is 'Type in iTop, e.g. AttributeEnum.';
comment on column ops.model_attribute.kind is 'What it holds; secret: passwords and encrypted texts, which iTop shows in clear text.';
comment on column ops.model_attribute.label is 'Name shown in iTop.';
comment on column ops.model_attribute.module is 'Module that brought or changed it; empty where that of its class did.';
comment on column ops.model_attribute.is_custom is 'Whether a site''s own module brought it.';

create table ops.model_value (
  class     text not null,
  attribute text not null,
  value     text not null,
  label     text,
  position  integer not null,
  primary key (class, attribute, value)
);
comment on table ops.model_value is 'Values an enumeration may have, by the data model file, whether any object has them or not.';
comment on column ops.model_value.class is 'Class that has the attribute.';
comment on column ops.model_value.attribute is 'Code of the enumeration.';
comment on column ops.model_value.value is 'Code of the value.';
comment on column ops.model_value.label is 'Name shown in iTop.';
comment on column ops.model_value.position is 'Order in the file.';

create table ops.chunk (
  chunk_id   bigint generated always as identity primary key,
  run_id     bigint not null references ops.run,
  class      text not null,
  lower_id   bigint not null,
  upper_id   bigint not null,
  state      text not null default 'open' check (state in ('open', 'done')),
  row_count  bigint,
  byte_count bigint,
  opened_at  timestamptz not null default clock_timestamp(),
  done_at    timestamptz,
  seen_until timestamptz,
  check (lower_id < upper_id)
);
comment on table ops.chunk is 'One bounded piece of an extraction: the objects of a class with lower_id <= id < upper_id. The unit of progress and resume.';
comment on column ops.chunk.chunk_id is 'Number of the chunk.';
comment on column ops.chunk.run_id is 'Extraction that reads the chunk.';
comment on column ops.chunk.class is 'Class, with what the windows are of where that is not ids: "UserRequest by start_date", "UserRequest (references)".';
comment on column ops.chunk.lower_id is 'Lower end of the window: an id, or of dates the seconds since the year 1 on iTop''s clock; 0 to 1 holds the objects without a date.';
comment on column ops.chunk.upper_id is 'Upper end of the window, not part of it; of the same kind as lower_id.';
comment on column ops.chunk.state is 'done once the transport acknowledged every record.';
comment on column ops.chunk.row_count is 'Objects read; null until the chunk is done.';
comment on column ops.chunk.byte_count is 'Bytes of iTop''s answers; null until the chunk is done.';
comment on column ops.chunk.opened_at is 'When the window was cut.';
comment on column ops.chunk.done_at is 'When it was done; null before.';
comment on column ops.chunk.seen_until is 'Its objects were seen up to then, by iTop''s clock: what a later run sees is later. Of a file when it was exported; null before the chunk is done.';
create index chunk_run_class on ops.chunk (run_id, class, lower_id);

create table ops.source_count (
  run_id       bigint not null references ops.run,
  class        text not null,
  object_count bigint not null,
  asked_at     timestamptz not null default clock_timestamp(),
  primary key (run_id, class)
);
comment on table ops.source_count is 'iTop''s own count of a class, asked by the run. Compared with what was landed.';
comment on column ops.source_count.run_id is 'Run that asked.';
comment on column ops.source_count.class is 'Final class.';
comment on column ops.source_count.object_count is 'Objects of the class as iTop counted them. Of a class from files: those held in raw and those that could not be read. Of the history: only rows that are asked for.';
comment on column ops.source_count.asked_at is 'When it was counted.';

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
comment on column ops.watermark.run_id is 'Extraction that noted it.';
comment on column ops.watermark.channel is 'history: id of the latest row of iTop''s history; last_update: latest time of a ticket, on iTop''s clock; ids: highest id of a class without either.';
comment on column ops.watermark.class is 'Class that was asked; for the history, the history''s own class.';
comment on column ops.watermark.value is 'Id, or local time of iTop.';
comment on column ops.watermark.detail is 'history: ids read last (recent), because rows become visible out of order, and what the latest row was about (mark), by which a restored iTop is recognised.';
comment on column ops.watermark.is_reached is 'True once the run had read everything that lies before. Only then a delta starts from it.';
comment on column ops.watermark.noted_at is 'When it was noted, before the run read anything: by iTop''s clock, as observed_at in raw.';

create table ops.class_fields (
  class         text primary key,
  output_fields text[] not null,
  run_id        bigint not null references ops.run
);
comment on table ops.class_fields is 'What the last full extraction asked of each class. A delta asks the same, so that nothing changes by being asked differently.';
comment on column ops.class_fields.class is 'Final class.';
comment on column ops.class_fields.output_fields is 'Attribute codes.';
comment on column ops.class_fields.run_id is 'Extraction that asked for them.';

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
comment on column ops.delta_object.run_id is 'Delta that has to look at it.';
comment on column ops.delta_object.class is 'Final class.';
comment on column ops.delta_object.source_id is 'iTop''s id.';
comment on column ops.delta_object.found_by is 'history: iTop''s history names it; last_update: the ticket''s own time; ids: an id above the highest; owner: last seen without one; id_set: iTop''s ids and ours differ.';
comment on column ops.delta_object.history_id is 'Latest row of the history about it.';
comment on column ops.delta_object.last_update is 'Its time as iTop gave it.';
comment on column ops.delta_object.state is 'fetched: landed as it is now; gone: iTop does not give it any more; doubted: too many were gone at once.';
create index delta_object_noted on ops.delta_object (run_id, class, source_id) where state = 'noted';

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
comment on column ops.class_channel.decided_at is 'When the channel was set.';

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
comment on column ops.cross_check.run_id is 'Extraction that read the files of the second channel.';
comment on column ops.cross_check.class is 'Final class.';
comment on column ops.cross_check.channel is 'The second channel: csv or xml.';
comment on column ops.cross_check.in_file is 'Objects of the class in the files.';
comment on column ops.cross_check.in_raw is 'Objects of the class in raw.';
comment on column ops.cross_check.only_in_file is 'Objects that the files hold and raw does not.';
comment on column ops.cross_check.only_in_raw is 'Objects that raw holds and the files do not.';
comment on column ops.cross_check.differing_objects is 'Objects in both with at least one field that differs.';
comment on column ops.cross_check.differing_fields is 'Fields that differ, over all objects.';
comment on column ops.cross_check.checked_at is 'When it was compared.';

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
comment on column ops.channel_difference.run_id is 'Extraction that compared.';
comment on column ops.channel_difference.class is 'Final class.';
comment on column ops.channel_difference.source_key is 'Object that differs.';
comment on column ops.channel_difference.difference is 'only in file, only in raw, or field differs.';
comment on column ops.channel_difference.attribute is 'Empty where the whole object is in one channel only.';
comment on column ops.channel_difference.raw_value is 'First 500 characters of the value in raw.';
comment on column ops.channel_difference.file_value is 'First 500 characters of the value in the file.';

create table ops.log_review (
  source_key text not null,
  attribute  text not null,
  run_id     bigint not null,
  file       text not null,
  treatment  text not null check (treatment in ('split', 'kept whole')),
  reason     text not null,
  entries    integer not null,
  primary key (source_key, attribute)
);
comment on table ops.log_review is 'Case logs of files that could not be split into entries beyond doubt: a body can imitate the line that separates entries.';
comment on column ops.log_review.source_key is 'Object that holds the log.';
comment on column ops.log_review.attribute is 'The log: public_log, private_log or log.';
comment on column ops.log_review.run_id is 'Extraction that read the file.';
comment on column ops.log_review.file is 'Name of the file it came in.';
comment on column ops.log_review.treatment is 'split: into entries, to be looked at; kept whole: as one entry without date and author.';
comment on column ops.log_review.reason is 'What makes it doubtful, in words.';
comment on column ops.log_review.entries is 'Entries that were made of it.';

create table ops.changed_object (
  changed_id bigint generated always as identity primary key,
  root_class text not null,
  source_key text not null,
  changed_at timestamptz not null default clock_timestamp()
);
comment on table ops.changed_object is 'Objects whose latest version changed since the last transform. Filled by landing in its own transaction, consumed by transform.';
comment on column ops.changed_object.changed_id is 'Order of arrival.';
comment on column ops.changed_object.root_class is 'Root class of the object.';
comment on column ops.changed_object.source_key is 'Object that changed; may occur several times.';
comment on column ops.changed_object.changed_at is 'When the change was noted.';

create table ops.set_aside (
  source_key   text primary key,
  version_id   bigint not null,
  for_key      text not null,
  relation     text not null,
  attribute    text,
  reason       text not null,
  inputs_hash  text not null,
  set_aside_at timestamptz not null default clock_timestamp()
);
comment on table ops.set_aside is 'Objects that the transform goes on without, because a relation cannot be computed with their values, and what depends on them. They are pending until iTop gives another version, or the SQL, the mapping or a setting changed: then they are tried again.';
comment on column ops.set_aside.source_key is 'Object that is set aside.';
comment on column ops.set_aside.version_id is 'The version that is: raw.head marks the same, and staging does not show it.';
comment on column ops.set_aside.for_key is 'Object at fault: itself, or the one that it depends on.';
comment on column ops.set_aside.relation is 'Relation that could not be computed.';
comment on column ops.set_aside.attribute is 'Attribute of the object at fault whose value Postgres named; null where it named none.';
comment on column ops.set_aside.reason is 'What Postgres said, in words.';
comment on column ops.set_aside.inputs_hash is 'SHA-256 over the SQL, the mapping and the settings of that transform.';
comment on column ops.set_aside.set_aside_at is 'When it was set aside.';
create index set_aside_for on ops.set_aside (for_key);

create table ops.stale_owner (
  relation  text not null,
  owner_key text not null,
  primary key (relation, owner_key)
);
comment on table ops.stale_owner is 'Owners whose rows in a materialised relation are out of date. Filled when their objects changed, emptied by the refresh of the relation.';
comment on column ops.stale_owner.relation is 'Materialised relation.';
comment on column ops.stale_owner.owner_key is 'Owner of the rows, e.g. Ticket::83.';

create table ops.view_set (
  schema_name text primary key,
  hash        text not null,
  applied_at  timestamptz not null default clock_timestamp()
);
comment on table ops.view_set is 'Hash of the view files last applied, by set, so that they are rebuilt only when one changed.';
comment on column ops.view_set.schema_name is 'Name of the set; one set, all, holds the views of every layer.';
comment on column ops.view_set.hash is 'SHA-256 over names and texts of the view files.';
comment on column ops.view_set.applied_at is 'When the set was built last.';

create table ops.materialised (
  relation     text primary key,
  fingerprint  text not null,
  refreshed_at timestamptz not null default clock_timestamp()
);
comment on table ops.materialised is 'What each materialised relation was built from: hash of its SQL, the mapping, the renderer and the time zone. Another fingerprint means a full rebuild.';
comment on column ops.materialised.relation is 'Table, with its schema.';
comment on column ops.materialised.fingerprint is 'SHA-256 over all that its content depends on beside the data.';
comment on column ops.materialised.refreshed_at is 'When it was last brought up to date.';

create table ops.rendered_body (
  source_hash      bytea not null,
  renderer_version integer not null,
  html             text not null,
  text             text not null,
  reference        jsonb not null default '[]',
  loss             jsonb not null default '[]',
  rendered_at      timestamptz not null default clock_timestamp(),
  primary key (renderer_version, source_hash)
);
comment on table ops.rendered_body is 'Each distinct HTML source rendered once by the body renderer: sanitised HTML, plain text, what it refers to and what was lost.';
comment on column ops.rendered_body.source_hash is 'SHA-256 of the HTML source, as bytes of UTF-8.';
comment on column ops.rendered_body.renderer_version is 'Version of the renderer that made it.';
comment on column ops.rendered_body.html is 'Sanitised HTML.';
comment on column ops.rendered_body.text is 'The same as plain text.';
comment on column ops.rendered_body.reference is 'Mentions and pictures found in the source.';
comment on column ops.rendered_body.loss is 'Things dropped: kind, place and detail, one entry each.';
comment on column ops.rendered_body.rendered_at is 'When it was rendered.';

create table ops.thread_fold (
  ticket_key text primary key,
  item_keys  text[] not null
);
comment on table ops.thread_fold is 'Messages of a long thread that stand in transcripts instead of parts of their own (rule T7). A proposal until the conversation is created, then frozen: what comes later stays a part.';
comment on column ops.thread_fold.ticket_key is 'Ticket of the thread.';
comment on column ops.thread_fold.item_keys is 'Messages folded, in the order of the thread.';

create table ops.contact_group (
  person_key    text primary key,
  contact_key   text not null,
  email_address text
);
comment on table ops.contact_group is 'The contact that stood for a person when it was loaded: a later merge or split by address in iTop changes neither authors nor participants of what is in Intercom (rule D2).';
comment on column ops.contact_group.person_key is 'Person.';
comment on column ops.contact_group.contact_key is 'Person whose contact it was.';
comment on column ops.contact_group.email_address is 'Address of that contact at the last transform; null for those that were merged into another.';

create table ops.mapping_class (
  class       text primary key,
  destination text not null check (destination in ('conversation', 'contact', 'company', 'teammate', 'custom_object', 'article', 'collection', 'tag', 'attachment', 'handoff', 'reference', 'excluded')),
  rule        text not null,
  reason      text not null,
  target_type text,
  confidence  text not null default 'certain' check (confidence in ('certain', 'likely', 'guess'))
);
comment on table ops.mapping_class is 'What becomes of the objects of a class. A class without a row is undecided: its objects are pending.';
comment on column ops.mapping_class.class is 'iTop class (final class).';
comment on column ops.mapping_class.destination is 'What an object becomes in Intercom: conversation, contact, company, custom_object, article, collection, tag. teammate: matched with one by address, never made. attachment: a file of a message. handoff: delivered in files. reference: read to understand other objects, nothing of its own. excluded: left behind, for the reason beside it.';
comment on column ops.mapping_class.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_class.reason is 'Why, in words.';
comment on column ops.mapping_class.target_type is 'Identifier of the custom object type, where the destination is custom_object; null means the class name.';
comment on column ops.mapping_class.confidence is 'How sure the proposal was: certain, likely or guess.';

create table ops.mapping_attribute (
  class            text not null,
  attribute        text not null,
  home             text not null check (home in ('part', 'field', 'attribute', 'record_note', 'handoff', 'dropped')),
  target_model     text check (target_model in ('contact', 'company', 'conversation', 'custom_object', 'article', 'collection')),
  target_name      text,
  data_type        text check (data_type in ('string', 'integer', 'float', 'boolean', 'datetime')),
  label            text,
  position         integer not null default 0,
  only_when_status text[],
  rule             text not null,
  reason           text not null default '',
  confidence       text not null default 'certain' check (confidence in ('certain', 'likely', 'guess')),
  primary key (class, attribute),
  check (home <> 'attribute' or target_model is not null and target_name is not null and data_type is not null),
  check (home <> 'record_note' or label is not null)
);
comment on table ops.mapping_attribute is 'The home of each attribute (rule K1): a part of the thread, a field of the target, a custom attribute, the record note, the hand-off, or dropped with a reason.';
comment on column ops.mapping_attribute.class is 'iTop class (final class).';
comment on column ops.mapping_attribute.attribute is 'iTop attribute code.';
comment on column ops.mapping_attribute.home is 'Where the value goes (rule K1).';
comment on column ops.mapping_attribute.target_model is 'Intercom model that carries the custom attribute.';
comment on column ops.mapping_attribute.target_name is 'Custom attribute in Intercom. Several attributes may share one: their values are joined in position order.';
comment on column ops.mapping_attribute.data_type is 'Intercom data type of the custom attribute.';
comment on column ops.mapping_attribute.label is 'Name shown in the record note.';
comment on column ops.mapping_attribute.position is 'Order in the record note, or among values that share a target.';
comment on column ops.mapping_attribute.only_when_status is 'The value counts only while the ticket has one of these statuses: elsewhere iTop holds a default that looks like data (rule K4).';
comment on column ops.mapping_attribute.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_attribute.reason is 'Why, in words.';
comment on column ops.mapping_attribute.confidence is 'How sure the proposal was: certain, likely or guess.';

create table ops.mapping_enum_value (
  class        text not null,
  attribute    text not null,
  value        text not null,
  target_value text not null,
  rule         text not null,
  confidence   text not null default 'certain' check (confidence in ('certain', 'likely', 'guess')),
  reason       text not null default '',
  primary key (class, attribute, value)
);
comment on table ops.mapping_enum_value is 'What an enum value of iTop is called in Intercom.';
comment on column ops.mapping_enum_value.class is 'iTop class (final class).';
comment on column ops.mapping_enum_value.attribute is 'iTop attribute code.';
comment on column ops.mapping_enum_value.value is 'Code in iTop; labels never appear over REST.';
comment on column ops.mapping_enum_value.target_value is 'What Intercom shows.';
comment on column ops.mapping_enum_value.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_enum_value.confidence is 'How sure the proposal was: certain, likely or guess.';
comment on column ops.mapping_enum_value.reason is 'Why, in words.';

create table ops.mapping_status (
  class              text not null,
  status             text not null,
  conversation_state text not null check (conversation_state in ('open', 'closed', 'snoozed')),
  rule               text not null default 'K3',
  confidence         text not null default 'certain' check (confidence in ('certain', 'likely', 'guess')),
  reason             text not null default '',
  primary key (class, status)
);
comment on table ops.mapping_status is 'State of a conversation by the status of its ticket (rule K3). A status without a row leaves the ticket undecided.';
comment on column ops.mapping_status.class is 'iTop class (final class).';
comment on column ops.mapping_status.status is 'Code in iTop.';
comment on column ops.mapping_status.conversation_state is 'State in Intercom.';
comment on column ops.mapping_status.rule is 'Rule of docs/rules.md behind the decision.';
comment on column ops.mapping_status.confidence is 'How sure the proposal was: certain, likely or guess.';
comment on column ops.mapping_status.reason is 'Why, in words.';

create table ops.mapping_option (
  name  text primary key check (name in ('scope', 'residency', 'on_existing', 'snooze', 'survivors')),
  value jsonb not null
);
comment on table ops.mapping_option is 'What is confirmed beside the mapping: scope (rule K10), residency, what happens to existing objects (P3), snooze (K3), survivors of merges (P1).';
comment on column ops.mapping_option.name is 'Section of mapping.yaml.';
comment on column ops.mapping_option.value is 'The section as confirmed.';

create table ops.mapping_proposal (
  entry_key text primary key,
  proposal  jsonb not null
);
comment on table ops.mapping_proposal is 'The last proposal, entry by entry: an entry of mapping.yaml that differs from it was decided by a person and is kept.';
comment on column ops.mapping_proposal.entry_key is 'Class, Class.attribute or Class.attribute=value.';
comment on column ops.mapping_proposal.proposal is 'The entry as proposed.';

create function ops.mapping_fingerprint() returns text
language sql stable
return (
  select encode(sha256(convert_to(coalesce(string_agg(line, e'\n' order by line), ''), 'UTF8')), 'hex')
  from (
    select 'class ' || jsonb_build_array(class, destination, target_type)::text as line from ops.mapping_class
    union all
    select 'attribute ' || jsonb_build_array(class, attribute, home, target_model, target_name, data_type, label, position, only_when_status)::text from ops.mapping_attribute
    union all
    select 'value ' || jsonb_build_array(class, attribute, value, target_value)::text from ops.mapping_enum_value
    union all
    select 'status ' || jsonb_build_array(class, status, conversation_state)::text from ops.mapping_status
    union all
    select 'option ' || jsonb_build_array(name, value)::text from ops.mapping_option
  ) as decision
);
comment on function ops.mapping_fingerprint is 'Hash of everything that is decided; reasons and confidence are left out. A confirmation holds only while it is the same.';

create table ops.mapping_confirmation (
  confirmation_id   bigint generated always as identity primary key,
  workspace_id_code text not null,
  confirmed_by      text not null,
  confirmed_at      timestamptz not null default clock_timestamp(),
  file_hash         text not null,
  fingerprint       text not null,
  document          text not null,
  effect            jsonb not null
);
comment on table ops.mapping_confirmation is 'Every confirmation of a mapping, with the file as it was. The latest of a workspace counts.';
comment on column ops.mapping_confirmation.confirmation_id is 'Order of the confirmations.';
comment on column ops.mapping_confirmation.workspace_id_code is 'Intercom workspace that the mapping was confirmed for.';
comment on column ops.mapping_confirmation.confirmed_by is 'Who confirmed it.';
comment on column ops.mapping_confirmation.confirmed_at is 'When it was confirmed.';
comment on column ops.mapping_confirmation.file_hash is 'SHA-256 of mapping.yaml, as bytes of UTF-8.';
comment on column ops.mapping_confirmation.fingerprint is 'ops.mapping_fingerprint() right after: what was written.';
comment on column ops.mapping_confirmation.document is 'mapping.yaml, word for word.';
comment on column ops.mapping_confirmation.effect is 'What the confirmation changed: entries and payloads, with examples.';

create table ops.decision (
  kind       text not null check (kind in ('teammate', 'company_id', 'survivor')),
  key        text not null,
  value      text not null check (value <> ''),
  reason     text not null default '',
  decided_by text not null,
  decided_at timestamptz not null default clock_timestamp(),
  primary key (kind, key)
);
comment on table ops.decision is 'Single cases that the audit found and a person decided, read back from the file he filled in.';
comment on column ops.decision.kind is 'teammate: address of the teammate who stands for an agent (rule T5). company_id: what happens where a company of that id exists (rule C1). survivor: whose contact stands for all with one address (rule P1).';
comment on column ops.decision.key is 'Source key of the person or organization; for survivor the shared address.';
comment on column ops.decision.value is 'Address; link or own; source key of the surviving person.';
comment on column ops.decision.reason is 'Why, in the person''s words; may be empty.';
comment on column ops.decision.decided_by is 'Who decided.';
comment on column ops.decision.decided_at is 'When the file was read.';

create table ops.sample (
  target_key  text primary key,
  target_type text not null check (target_type in ('conversation', 'contact', 'company', 'custom_object_instance', 'article', 'collection')),
  source_key  text not null,
  position    integer not null,
  covers      text[] not null default '{}',
  drawn_at    timestamptz not null default clock_timestamp()
);
comment on table ops.sample is 'The sample: objects that together show every rule, value, state and thread shape that occurs, filled up to the asked size. load --sample sends these only.';
comment on column ops.sample.target_key is 'Key in intercom.conversation, intercom.contact, intercom.company, ...';
comment on column ops.sample.target_type is 'Kind of the target: the relation of intercom that holds the key.';
comment on column ops.sample.source_key is 'iTop object it stands for.';
comment on column ops.sample.position is 'Order in which it was chosen, by type.';
comment on column ops.sample.covers is 'What it shows first: features no object before it shows. Empty where it only fills up or belongs to another.';
comment on column ops.sample.drawn_at is 'When the sample was drawn.';

create table ops.record_opened (
  opened_by   text not null,
  source_key  text not null,
  fingerprint text not null,
  opened_at   timestamptz not null default clock_timestamp(),
  primary key (opened_by, source_key)
);
comment on table ops.record_opened is 'Which records a person opened in the console, and when last: a signature there is for these alone.';
comment on column ops.record_opened.opened_by is 'Name that the person gave.';
comment on column ops.record_opened.source_key is 'The record.';
comment on column ops.record_opened.fingerprint is 'Mapping under which it was shown: another one may show it otherwise.';
comment on column ops.record_opened.opened_at is 'When it was opened last.';

create table ops.sample_acceptance (
  acceptance_id bigint generated always as identity primary key,
  accepted_by   text not null,
  accepted_at   timestamptz not null default clock_timestamp(),
  fingerprint   text not null,
  looked_at     text[] not null,
  waiver_reason text
);
comment on table ops.sample_acceptance is 'Who looked at the sample and accepted it, or waived it, with the reason. A real load needs one for the present mapping.';
comment on column ops.sample_acceptance.acceptance_id is 'Order of the acceptances.';
comment on column ops.sample_acceptance.accepted_by is 'Who accepted or waived it.';
comment on column ops.sample_acceptance.accepted_at is 'When it was accepted or waived.';
comment on column ops.sample_acceptance.fingerprint is 'ops.mapping_fingerprint() at that time: a changed mapping needs a new look.';
comment on column ops.sample_acceptance.looked_at is 'Target keys he looked at.';
comment on column ops.sample_acceptance.waiver_reason is 'Why nobody looked; null where somebody did.';

create table ops.confirmation (
  workspace_id_code text not null,
  subject           text not null check (subject in ('audit', 'mapping', 'setup', 'silence')),
  fingerprint       text not null,
  confirmed_by      text not null,
  confirmed_at      timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, subject)
);
comment on table ops.confirmation is 'What was confirmed for a workspace: audit passed, mapping confirmed, set-up sheet signed, silence confirmed. Without all four no load of a real workspace starts.';
comment on column ops.confirmation.workspace_id_code is 'Intercom workspace that the confirmation holds for.';
comment on column ops.confirmation.subject is 'audit, mapping, setup (the set-up sheet) or silence (nobody is notified).';
comment on column ops.confirmation.fingerprint is 'Hash of what was confirmed; a later change needs a new confirmation.';
comment on column ops.confirmation.confirmed_by is 'The person; "audit" for an audit that found nothing that forbids a load.';
comment on column ops.confirmation.confirmed_at is 'When it was confirmed.';

create table ops.existing_in_target (
  workspace_id_code text not null,
  model             text not null check (model in ('contact', 'company', 'tag', 'collection', 'attribute')),
  target_key        text not null,
  name              text not null,
  target_id         text not null,
  seen_at           timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, model, target_key)
);
comment on table ops.existing_in_target is 'Things about to be loaded whose name the workspace already holds, as the last audit saw it. They are linked, never made twice.';
comment on column ops.existing_in_target.workspace_id_code is 'Intercom workspace that was looked at.';
comment on column ops.existing_in_target.model is 'Kind of thing.';
comment on column ops.existing_in_target.target_key is 'Our key of the planned thing.';
comment on column ops.existing_in_target.name is 'What collides: address, company_id, name.';
comment on column ops.existing_in_target.target_id is 'Intercom''s id of what is there.';
comment on column ops.existing_in_target.seen_at is 'When the audit saw it.';

create table ops.setup_item (
  workspace_id_code text not null,
  item              text not null,
  state             text not null check (state in ('done', 'not_applicable')),
  remark            text not null default '',
  signed_by         text not null check (signed_by <> ''),
  signed_at         timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, item)
);
comment on table ops.setup_item is 'The set-up sheet of a workspace: what must be set by hand in Intercom before the first load, and who signed it.';
comment on column ops.setup_item.workspace_id_code is 'Intercom workspace of the sheet.';
comment on column ops.setup_item.item is 'Stable name of the item.';
comment on column ops.setup_item.state is 'done, or not_applicable to this workspace.';
comment on column ops.setup_item.remark is 'What the signer added; may be empty.';
comment on column ops.setup_item.signed_by is 'Who signed the item.';
comment on column ops.setup_item.signed_at is 'When it was signed.';

create table ops.purge (
  purge_id   bigint generated always as identity primary key,
  kind       text not null check (kind in ('versions', 'dead_letters', 'journal', 'files', 'topics')),
  source_key text,
  kept_days  integer not null check (kept_days >= 0),
  cutoff_at  timestamptz not null,
  reason     text not null check (reason <> ''),
  purged_by  text not null check (purged_by <> ''),
  purged_at  timestamptz not null default clock_timestamp()
);
comment on table ops.purge is 'One row per purge: which kind of data, older than what, by whom and why. What it took is in ops.purged.';
comment on column ops.purge.purge_id is 'Number of the purge.';
comment on column ops.purge.kind is 'versions: superseded versions of objects. dead_letters: records that could not be stored. journal: bodies of calls; the calls themselves stay. files: bytes in the blob store. topics: records that were landed.';
comment on column ops.purge.source_key is 'Object the purge was limited to; null for all.';
comment on column ops.purge.kept_days is 'Retention that was asked for.';
comment on column ops.purge.cutoff_at is 'What was older than this went.';
comment on column ops.purge.reason is 'Why, in words.';
comment on column ops.purge.purged_by is 'Who asked for it.';
comment on column ops.purge.purged_at is 'When it was recorded.';

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
comment on column ops.purged.purge_id is 'Purge that took them.';
comment on column ops.purged.what is 'Class of the versions, reason of the dead letters, operation of the calls, class of the files (unnamed: no object names them), name of the topic.';
comment on column ops.purged.row_count is 'Rows, files or records taken.';
comment on column ops.purged.byte_count is 'Bytes taken.';
comment on column ops.purged.oldest_at is 'Time of the oldest of them; null where none is known.';
comment on column ops.purged.newest_at is 'Time of the newest of them; null where none is known.';

create function ops.email_address(written text) returns text
language sql immutable parallel safe
return lower(regexp_replace(
  regexp_replace(written, U&'[\00AD\061C\180E\200B-\200F\202A-\202E\2060-\2064\2066-\206F\FEFF]+', '', 'g'),
  U&'^[\0009-\000D\0020\0085\00A0\1680\2000-\200A\2028\2029\202F\205F\3000]+|[\0009-\000D\0020\0085\00A0\1680\2000-\200A\2028\2029\202F\205F\3000]+$', '', 'g'));

comment on function ops.email_address is 'An address as it identifies a person (rule P1): in lower case, without what Unicode calls space at its ends and without its invisible format characters. Copied addresses hold no-break and zero-width spaces.';
