-- Incidents beside requests, the people and things linked to them, and the files that go with their messages.
alter table ops.mapping_class drop constraint if exists mapping_class_destination_check;
alter table ops.mapping_class add constraint mapping_class_destination_check check (destination in
  ('conversation', 'contact', 'company', 'teammate', 'custom_object', 'article', 'collection', 'tag', 'attachment', 'handoff', 'reference', 'excluded'));

insert into ops.itop_class (class, root_class, parent_class) values
  ('CMDBChangeOpSetAttribute', 'CMDBChangeOp', 'CMDBChangeOp'),
  ('CMDBChangeOpSetAttributeCaseLog', 'CMDBChangeOp', 'CMDBChangeOpSetAttribute'),
  ('CMDBChangeOpAttachmentAdded', 'CMDBChangeOp', 'CMDBChangeOp')
on conflict (class) do nothing;

insert into ops.mapping_class (class, destination, rule, reason) values
  ('Incident', 'conversation', 'T1', 'an incident becomes a conversation, as a request does'),
  ('lnkFunctionalCIToTicket', 'reference', 'K5', 'linked CIs are named in an attribute and in the record note'),
  ('WorkOrder', 'reference', 'T6', 'work orders and their logs are told in the record note'),
  ('Attachment', 'attachment', 'A1', 'a file goes with its message'),
  ('InlineImage', 'attachment', 'A1', 'a picture goes with the message that shows it'),
  ('CMDBChange', 'reference', 'T6', 'history tells who opened a ticket and which message a file came with'),
  ('CMDBChangeOpCreate', 'reference', 'T6', 'history tells who opened a ticket and which message a file came with'),
  ('CMDBChangeOpAttachmentAdded', 'reference', 'A1', 'history tells who opened a ticket and which message a file came with'),
  ('CMDBChangeOpSetAttributeCaseLog', 'reference', 'A1', 'history tells who opened a ticket and which message a file came with')
on conflict (class) do update set destination = excluded.destination, rule = excluded.rule, reason = excluded.reason;

-- An incident has no type, no approver and no parent request; all else is decided as for requests.
insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, label, position, only_when_status, rule, reason)
select 'Incident', attribute, home, target_model, target_name, data_type, label, position, only_when_status, rule, reason
from ops.mapping_attribute
where class = 'UserRequest'
  and attribute not in ('request_type', 'approver_id_friendlyname', 'approver_email', 'parent_request_ref')
on conflict (class, attribute) do nothing;

insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, position, rule, reason) values
  ('UserRequest', 'functionalcis_list', 'attribute', 'conversation', 'impacted_ci_name', 'string', 13, 'K5', 'the CIs that somebody linked by hand'),
  ('Incident', 'functionalcis_list', 'attribute', 'conversation', 'impacted_ci_name', 'string', 13, 'K5', 'the CIs that somebody linked by hand')
on conflict (class, attribute) do nothing;

insert into ops.mapping_enum_value (class, attribute, value, target_value, rule)
select 'Incident', attribute, value, target_value, rule from ops.mapping_enum_value where class = 'UserRequest'
on conflict (class, attribute, value) do nothing;

insert into ops.mapping_status (class, status, conversation_state)
select 'Incident', status, conversation_state from ops.mapping_status
where class = 'UserRequest' and status not in ('waiting_for_approval', 'approved', 'rejected')
on conflict (class, status) do nothing;

create table ops.thread_fold (
  ticket_key text primary key,
  item_keys  text[] not null
);
comment on table ops.thread_fold is 'Messages of a long thread that are told in transcripts instead of parts of their own (rule T7). A proposal until the conversation is created, then frozen: what comes later stays a part.';
comment on column ops.thread_fold.item_keys is 'Messages folded, in the order of the thread.';

create table ops.merge_decision (
  person_key   text primary key,
  survivor_key text not null
);
comment on table ops.merge_decision is 'What a person decided about merging persons of one address (rule P1): rows of the file named by the setting people.merge_file.';
comment on column ops.merge_decision.person_key is 'Person decided about.';
comment on column ops.merge_decision.survivor_key is 'Person whose contact stands for them; the person himself where he is to stay apart.';

create table if not exists raw.blob_source (
  source_key  text not null,
  attribute   text not null,
  blob_hash   bytea,
  byte_size   bigint,
  stated_size bigint,
  file_name   text not null,
  media_type  text not null,
  finding     text check (finding in ('empty file', 'bytes missing', 'bytes differ', 'refused by type')),
  fetched_at  timestamptz not null default clock_timestamp(),
  primary key (source_key, attribute)
);
comment on table raw.blob_source is 'One row per file that iTop holds: of an attachment, a pasted picture, a document, or a picture inside a text. The bytes lie in the blob store under their hash.';

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
