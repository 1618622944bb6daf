create view staging.change_operation as
with source as (
  select o.source_key, o.version_id, o.final_class, o.observed_at, f.*
  from staging.usable_object o
  cross join lateral jsonb_to_record(o.payload) as f (
    change text, date text, userinfo text, user_id text, objclass text, objkey text, attcode text, lastentry text, attachment_id text)
  where o.root_class = 'CMDBChangeOp'
    and o.final_class in ('CMDBChangeOpCreate', 'CMDBChangeOpSetAttributeCaseLog', 'CMDBChangeOpAttachmentAdded')
)
select
  source_key as change_operation_key,
  version_id as raw_version,
  final_class,
  staging.reference('CMDBChange', change) as change_key,
  case when objclass in (select class from staging.ticket_class) then staging.reference('Ticket', objkey) end as ticket_key,
  objclass as object_class,
  staging.reference('User', user_id) as user_key,
  nullif(btrim(userinfo), '') as user_info,
  nullif(date, '') as changed_local,
  attcode as attribute,
  case when pg_input_is_valid(lastentry, 'integer') then lastentry::integer end as log_index,
  staging.reference('Attachment', attachment_id) as attachment_key,
  observed_at
from source;

comment on view staging.change_operation is 'One row per history row that says who opened a ticket, which log entry was written and which file was added.';
comment on column staging.change_operation.change_operation_key is 'Source key: CMDBChangeOp::id.';
comment on column staging.change_operation.change_key is 'CMDBChange::id: what was saved in one form shares it.';
comment on column staging.change_operation.ticket_key is 'Ticket that changed; null for objects of classes that become no conversation.';
comment on column staging.change_operation.object_class is 'Final class of the object that changed.';
comment on column staging.change_operation.user_info is 'Name of the writer, or the comment of an API call: not a proof of who it was.';
comment on column staging.change_operation.changed_local is 'Date as iTop shows it.';
comment on column staging.change_operation.attribute is 'Log that was written to.';
comment on column staging.change_operation.log_index is 'Index of the entry written.';
comment on column staging.change_operation.attachment_key is 'File that was added.';
comment on column staging.change_operation.user_key is 'Account that made the change; null where iTop names none.';
