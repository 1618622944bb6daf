-- What a person confirms: the mapping from mapping.yaml, the options beside it, and the sample he looked at.
alter table ops.mapping_class drop constraint if exists mapping_class_destination_check;
alter table ops.mapping_class add constraint mapping_class_destination_check check (destination in
  ('conversation', 'contact', 'company', 'teammate', 'custom_object', 'article', 'collection', 'tag', 'attachment', 'handoff', 'reference', 'excluded'));
alter table ops.mapping_class add column if not exists target_type text;
alter table ops.mapping_class add column if not exists confidence text not null default 'certain' check (confidence in ('certain', 'likely', 'guess'));
comment on column ops.mapping_class.target_type is 'Identifier of the custom object type, where the destination is custom_object; null means the class name.';
comment on column ops.mapping_class.confidence is 'How sure the proposal was: certain, likely or guess.';

alter table ops.mapping_attribute drop constraint if exists mapping_attribute_target_model_check;
alter table ops.mapping_attribute add constraint mapping_attribute_target_model_check
  check (target_model in ('contact', 'company', 'conversation', 'custom_object', 'article', 'collection'));
alter table ops.mapping_attribute add column if not exists confidence text not null default 'certain' check (confidence in ('certain', 'likely', 'guess'));
comment on column ops.mapping_attribute.confidence is 'How sure the proposal was: certain, likely or guess.';

alter table ops.mapping_enum_value add column if not exists confidence text not null default 'certain' check (confidence in ('certain', 'likely', 'guess'));
alter table ops.mapping_enum_value add column if not exists reason text not null default '';
comment on column ops.mapping_enum_value.confidence is 'How sure the proposal was: certain, likely or guess.';
comment on column ops.mapping_enum_value.reason is 'Why, in words.';
alter table ops.mapping_status add column if not exists confidence text not null default 'certain' check (confidence in ('certain', 'likely', 'guess'));
alter table ops.mapping_status add column if not exists reason text not null default '';
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
comment on column ops.mapping_confirmation.file_hash is 'SHA-256 of mapping.yaml, as bytes of UTF-8.';
comment on column ops.mapping_confirmation.fingerprint is 'ops.mapping_fingerprint() right after: what was written.';
comment on column ops.mapping_confirmation.document is 'mapping.yaml, word for word.';
comment on column ops.mapping_confirmation.effect is 'What the confirmation changed: entries and payloads, with examples.';

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
comment on column ops.sample.source_key is 'iTop object it stands for.';
comment on column ops.sample.position is 'Order in which it was chosen, by type.';
comment on column ops.sample.covers is 'What it shows first: features no object before it shows. Empty where it only fills up or belongs to another.';

create table ops.sample_acceptance (
  acceptance_id bigint generated always as identity primary key,
  accepted_by   text not null,
  accepted_at   timestamptz not null default clock_timestamp(),
  fingerprint   text not null,
  looked_at     text[] not null,
  waiver_reason text
);
comment on table ops.sample_acceptance is 'Who looked at the sample and accepted it, or waived it, with the reason. A real load needs one for the present mapping.';
comment on column ops.sample_acceptance.fingerprint is 'ops.mapping_fingerprint() at that time: a changed mapping needs a new look.';
comment on column ops.sample_acceptance.looked_at is 'Target keys he looked at.';
comment on column ops.sample_acceptance.waiver_reason is 'Why nobody looked; null where somebody did.';
