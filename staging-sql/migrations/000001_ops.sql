-- Runs, chunks, mapping and the set of changed objects: what the stages know about their own work.
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
comment on column ops.run.workspace_id_code is 'Intercom workspace the run writes to; null for runs that do not touch Intercom.';
comment on column ops.run.fingerprint is 'SHA-256 over fingerprint_detail: configuration, mapping, SQL and renderer.';
comment on column ops.run.fingerprint_detail is 'The hashed parts by name, so that a difference can be told in words.';
comment on column ops.run.outcome is 'What the command said at its end: counts, or the error.';
create unique index run_unfinished on ops.run (command, coalesce(workspace_id_code, '')) where state = 'running';

create table ops.process (
  process_id   bigint generated always as identity primary key,
  run_id       bigint not null references ops.run,
  attempt      integer not null,
  host         text not null,
  pid          integer not null,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  ended_at     timestamptz
);
comment on table ops.process is 'One operating-system process that served a run. Several may serve one run.';
comment on column ops.process.attempt is 'Counts the processes of a run, from 1.';
comment on column ops.process.heartbeat_at is 'Moved every few seconds; a process without end and with an old heartbeat is dead.';
create index process_run on ops.process (run_id);

create table ops.itop_class (
  class        text primary key,
  root_class   text not null,
  parent_class text,
  is_standard  boolean not null default true
);
comment on table ops.itop_class is 'iTop''s class tree. Ids are unique per root class, so the root class is half of a source key. A class missing here is refused.';
comment on column ops.itop_class.parent_class is 'Class it extends; null for a root class.';
comment on column ops.itop_class.is_standard is 'False for classes that a site''s own extension added.';

insert into ops.itop_class (class, root_class, parent_class) values
  ('Organization', 'Organization', null),
  ('Contact', 'Contact', null), ('Person', 'Contact', 'Contact'), ('Team', 'Contact', 'Contact'),
  ('Location', 'Location', null),
  ('User', 'User', null), ('UserInternal', 'User', 'User'), ('UserLocal', 'User', 'UserInternal'),
  ('UserLDAP', 'User', 'UserInternal'), ('UserExternal', 'User', 'User'), ('UserToken', 'User', 'User'),
  ('URP_Profiles', 'URP_Profiles', null), ('URP_UserProfile', 'URP_UserProfile', null), ('URP_UserOrg', 'URP_UserOrg', null),
  ('Ticket', 'Ticket', null), ('UserRequest', 'Ticket', 'Ticket'), ('Incident', 'Ticket', 'Ticket'), ('Problem', 'Ticket', 'Ticket'),
  ('Change', 'Ticket', 'Ticket'), ('RoutineChange', 'Ticket', 'Change'), ('ApprovedChange', 'Ticket', 'Change'),
  ('NormalChange', 'Ticket', 'ApprovedChange'), ('EmergencyChange', 'Ticket', 'ApprovedChange'),
  ('WorkOrder', 'WorkOrder', null), ('Attachment', 'Attachment', null), ('InlineImage', 'InlineImage', null),
  ('Service', 'Service', null), ('ServiceFamily', 'ServiceFamily', null), ('ServiceSubcategory', 'ServiceSubcategory', null),
  ('SLA', 'SLA', null), ('SLT', 'SLT', null), ('DeliveryModel', 'DeliveryModel', null),
  ('Contract', 'Contract', null), ('CustomerContract', 'Contract', 'Contract'), ('ProviderContract', 'Contract', 'Contract'),
  ('FAQ', 'FAQ', null), ('FAQCategory', 'FAQCategory', null), ('KnownError', 'KnownError', null),
  ('Document', 'Document', null), ('DocumentFile', 'Document', 'Document'), ('DocumentNote', 'Document', 'Document'), ('DocumentWeb', 'Document', 'Document'),
  ('Typology', 'Typology', null), ('ContactType', 'Typology', 'Typology'), ('ContractType', 'Typology', 'Typology'), ('DocumentType', 'Typology', 'Typology'),
  ('Brand', 'Typology', 'Typology'), ('Model', 'Typology', 'Typology'), ('OSFamily', 'Typology', 'Typology'), ('OSVersion', 'Typology', 'Typology'),
  ('NetworkDeviceType', 'Typology', 'Typology'), ('IOSVersion', 'Typology', 'Typology'),
  ('FunctionalCI', 'FunctionalCI', null), ('PhysicalDevice', 'FunctionalCI', 'FunctionalCI'), ('ConnectableCI', 'FunctionalCI', 'PhysicalDevice'),
  ('DatacenterDevice', 'FunctionalCI', 'ConnectableCI'), ('NetworkDevice', 'FunctionalCI', 'DatacenterDevice'), ('Server', 'FunctionalCI', 'DatacenterDevice'),
  ('StorageSystem', 'FunctionalCI', 'DatacenterDevice'), ('SANSwitch', 'FunctionalCI', 'DatacenterDevice'), ('TapeLibrary', 'FunctionalCI', 'DatacenterDevice'), ('NAS', 'FunctionalCI', 'DatacenterDevice'),
  ('PC', 'FunctionalCI', 'ConnectableCI'), ('Printer', 'FunctionalCI', 'ConnectableCI'),
  ('TelephonyCI', 'FunctionalCI', 'PhysicalDevice'), ('Phone', 'FunctionalCI', 'TelephonyCI'), ('MobilePhone', 'FunctionalCI', 'TelephonyCI'), ('IPPhone', 'FunctionalCI', 'TelephonyCI'), ('Tablet', 'FunctionalCI', 'PhysicalDevice'), ('Peripheral', 'FunctionalCI', 'PhysicalDevice'),
  ('Enclosure', 'FunctionalCI', 'PhysicalDevice'), ('Rack', 'FunctionalCI', 'PhysicalDevice'), ('PowerConnection', 'FunctionalCI', 'PhysicalDevice'), ('PowerSource', 'FunctionalCI', 'PowerConnection'), ('PDU', 'FunctionalCI', 'PowerConnection'),
  ('ApplicationSolution', 'FunctionalCI', 'FunctionalCI'), ('BusinessProcess', 'FunctionalCI', 'FunctionalCI'),
  ('SoftwareInstance', 'FunctionalCI', 'FunctionalCI'), ('Middleware', 'FunctionalCI', 'SoftwareInstance'), ('DBServer', 'FunctionalCI', 'SoftwareInstance'), ('WebServer', 'FunctionalCI', 'SoftwareInstance'), ('PCSoftware', 'FunctionalCI', 'SoftwareInstance'), ('OtherSoftware', 'FunctionalCI', 'SoftwareInstance'),
  ('MiddlewareInstance', 'FunctionalCI', 'FunctionalCI'), ('DatabaseSchema', 'FunctionalCI', 'FunctionalCI'), ('WebApplication', 'FunctionalCI', 'FunctionalCI'),
  ('VirtualDevice', 'FunctionalCI', 'FunctionalCI'), ('VirtualHost', 'FunctionalCI', 'VirtualDevice'), ('Hypervisor', 'FunctionalCI', 'VirtualHost'), ('Farm', 'FunctionalCI', 'VirtualHost'), ('VirtualMachine', 'FunctionalCI', 'VirtualDevice'),
  ('Trigger', 'Trigger', null), ('Action', 'Action', null), ('QueryOQL', 'Query', 'Query'), ('Query', 'Query', null), ('TagSetFieldData', 'TagSetFieldData', null),
  ('CMDBChange', 'CMDBChange', null), ('CMDBChangeOp', 'CMDBChangeOp', null), ('CMDBChangeOpCreate', 'CMDBChangeOp', 'CMDBChangeOp'), ('CMDBChangeOpDelete', 'CMDBChangeOp', 'CMDBChangeOp'),
  ('ModuleInstallation', 'ModuleInstallation', null), ('ExtensionInstallation', 'ExtensionInstallation', null),
  ('lnkContactToTicket', 'lnkContactToTicket', null), ('lnkFunctionalCIToTicket', 'lnkFunctionalCIToTicket', null), ('lnkPersonToTeam', 'lnkPersonToTeam', null),
  ('lnkContactToFunctionalCI', 'lnkContactToFunctionalCI', null), ('lnkContractToDocument', 'lnkContractToDocument', null), ('lnkCustomerContractToService', 'lnkCustomerContractToService', null),
  ('lnkDeliveryModelToContact', 'lnkDeliveryModelToContact', null), ('lnkDocumentToError', 'lnkDocumentToError', null), ('lnkDocumentToFunctionalCI', 'lnkDocumentToFunctionalCI', null),
  ('lnkDocumentToService', 'lnkDocumentToService', null), ('lnkErrorToFunctionalCI', 'lnkErrorToFunctionalCI', null), ('lnkSLAToSLT', 'lnkSLAToSLT', null), ('lnkTriggerAction', 'lnkTriggerAction', null);

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
  check (lower_id < upper_id)
);
comment on table ops.chunk is 'One bounded piece of an extraction: the objects of a class with lower_id <= id < upper_id. The unit of progress and resume.';
comment on column ops.chunk.state is 'done once the transport acknowledged every record.';
create index chunk_run_class on ops.chunk (run_id, class, lower_id);

create table ops.source_count (
  run_id       bigint not null references ops.run,
  class        text not null,
  object_count bigint not null,
  asked_at     timestamptz not null default clock_timestamp(),
  primary key (run_id, class)
);
comment on table ops.source_count is 'iTop''s own count of a class, asked by the run. Compared with what was landed.';

create table ops.changed_object (
  changed_id bigint generated always as identity primary key,
  root_class text not null,
  source_key text not null,
  changed_at timestamptz not null default clock_timestamp()
);
comment on table ops.changed_object is 'Objects whose latest version changed since the last transform. Filled by landing in its own transaction, consumed by transform.';

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
comment on column ops.rendered_body.reference is 'Mentions and pictures found in the source.';
comment on column ops.rendered_body.loss is 'Things dropped: kind, place and detail, one entry each.';

create table ops.view_set (
  schema_name text primary key,
  hash        text not null,
  applied_at  timestamptz not null default clock_timestamp()
);
comment on table ops.view_set is 'Hash of the view files last applied, by set, so that they are rebuilt only when one changed.';

create table ops.materialised (
  relation     text primary key,
  fingerprint  text not null,
  refreshed_at timestamptz not null default clock_timestamp()
);
comment on table ops.materialised is 'What each materialised relation was built from: hash of its SQL, the mapping, the renderer and the time zone. Another fingerprint means a full rebuild.';

create table ops.setting (
  name  text primary key,
  value text not null
);
comment on table ops.setting is 'Settings that views read: itop.timezone, marker wording, snooze date. Written by transform from the configuration.';

create table ops.confirmation (
  workspace_id_code text not null,
  subject           text not null check (subject in ('mapping', 'silence')),
  fingerprint       text not null,
  confirmed_by      text not null,
  confirmed_at      timestamptz not null default clock_timestamp(),
  primary key (workspace_id_code, subject)
);
comment on table ops.confirmation is 'Who confirmed the mapping and that nobody is notified, for which workspace. Without both no load starts.';
comment on column ops.confirmation.fingerprint is 'Hash of what was confirmed; a later change needs a new confirmation.';
