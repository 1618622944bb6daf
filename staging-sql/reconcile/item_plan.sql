create view reconcile.item_plan as
with known as (
  select
    i.*,
    m.destination,
    m.reason as mapping_reason,
    d.survivor_key,
    d.is_loaded as is_contact_loaded,
    d.excluded_reason as contact_excluded_reason,
    e.is_empty,
    s.excluded_reason as scope_reason,
    c.target_key as conversation_key,
    f.transcript_key,
    p.item_key is not null as is_part,
    coalesce(a.owner_class, g.owner_class) as owner_class,
    coalesce(a.owner_id, g.owner_id) as owner_id,
    coalesce(a.ticket_key, g.ticket_key) as file_ticket_key,
    owner.source_key is not null as is_owner_present,
    owner_mapping.destination as owner_destination,
    b.source_key is not null as is_blob_known,
    b.finding as blob_finding,
    exists (select from staging.blob_source) as are_files_extracted,
    h.target_key is not null as is_file_placed,
    v.name as tag_name,
    i.class = 'WorkOrder' and i.item_kind = 'log_entry' as is_work_order_entry
  from reconcile.source_item i
  left join ops.mapping_class m on m.class = i.class
  left join staging.attachment a on a.attachment_key = i.item_key
  left join staging.inline_image g on g.inline_image_key = i.item_key
  left join raw.latest_object owner on owner.source_key = coalesce(a.ticket_key, g.ticket_key) and owner.root_class = 'Ticket'
  left join ops.mapping_class owner_mapping on owner_mapping.class = coalesce(a.owner_class, g.owner_class)
  left join staging.blob_source b on b.source_key = i.item_key and i.root_class in ('Attachment', 'InlineImage')
  left join intercom.conversation_part_file h on h.target_key = i.item_key
  left join staging.work_order w on w.work_order_key = i.source_key
  left join intermediate.ticket_scope s on s.ticket_key = coalesce(w.ticket_key, a.ticket_key, g.ticket_key, i.source_key)
  left join intercom.conversation c on c.target_key = coalesce(w.ticket_key, a.ticket_key, g.ticket_key, i.source_key)
  left join intermediate.contact_decision d on d.person_key = i.item_key
  left join staging.log_entry e on e.item_key = i.item_key and i.item_kind = 'log_entry'
  left join intermediate.folded_message f on f.item_key = i.item_key
  left join staging.tagged_service v on v.service_key = i.item_key
  left join (select distinct item_key from intercom.conversation_part) p on p.item_key = i.item_key
)
select
  item_key, item_kind, source_key, root_class, class, is_deleted_at_source,
  case
    when item_kind = 'log_entry' and conversation_key is not null and (destination = 'conversation' or is_work_order_entry) then 'part'
    when item_kind = 'log_entry' then null
    when destination = 'conversation' and conversation_key is not null then 'conversation'
    when destination = 'attachment' and is_file_placed then 'attachment'
    when destination = 'contact' and is_contact_loaded then 'contact'
    when destination in ('company', 'article', 'collection') then destination
    when destination = 'custom_object' then 'custom_object_instance'
    when destination = 'tag' then 'tag'
  end as target_type,
  case
    when is_work_order_entry then conversation_key || '#record_note'
    when item_kind = 'log_entry' then coalesce(transcript_key, item_key)
    when destination = 'contact' then survivor_key
    when destination = 'tag' then 'tag:' || tag_name
    else source_key
  end as target_key,
  conversation_key,
  case
    when item_kind = 'log_entry' and is_empty then 'excluded'
    when destination is null then 'pending'
    when is_work_order_entry then case when conversation_key is not null then 'merged' else 'excluded' end
    when item_kind = 'log_entry' and destination = 'reference' then 'excluded'
    when destination = 'conversation' and scope_reason is not null then 'excluded'
    when destination = 'conversation' and conversation_key is null then 'pending'
    when item_kind = 'log_entry' and transcript_key is not null then 'merged'
    when item_kind = 'log_entry' and conversation_key is not null and not is_part then 'excluded'
    when destination = 'contact' and contact_excluded_reason is not null then 'excluded'
    when destination = 'contact' and survivor_key <> source_key then 'merged'
    when destination = 'attachment' and owner_id is null then 'excluded'
    when destination = 'attachment' and file_ticket_key is null then 'handed_off'
    when destination = 'attachment' and not is_owner_present then 'excluded'
    when destination = 'attachment' and owner_destination = 'handoff' then 'handed_off'
    when destination = 'attachment' and scope_reason is not null then 'excluded'
    when destination = 'attachment' and conversation_key is null then 'pending'
    when destination = 'attachment' and is_file_placed then 'to_load'
    when destination = 'attachment' and blob_finding = 'refused by type' then 'handed_off'
    when destination = 'attachment' and (is_blob_known or not are_files_extracted) then 'excluded'
    when destination = 'attachment' then 'pending'
    when item_kind = 'log_entry' and destination in ('custom_object', 'handoff') then 'handed_off'
    when destination in ('conversation', 'contact', 'company', 'article', 'collection', 'custom_object') then 'to_load'
    when destination = 'tag' then case when tag_name is not null then 'merged' else 'excluded' end
    when destination = 'handoff' then 'handed_off'
    else destination
  end as plan,
  case
    when item_kind = 'log_entry' and is_empty then 'saved without text'
    when destination is null then 'class without a decision in the mapping'
    when is_work_order_entry and conversation_key is not null then 'told in the record note of ' || conversation_key
    when is_work_order_entry then coalesce(scope_reason, 'its ticket becomes no conversation')
    when item_kind = 'log_entry' and destination = 'reference' then 'log of an account'
    when destination = 'conversation' and scope_reason is not null then scope_reason
    when destination = 'conversation' and conversation_key is null then 'status without a decision in the mapping'
    when item_kind = 'log_entry' and transcript_key is not null then 'folded into ' || transcript_key
    when item_kind = 'log_entry' and conversation_key is not null and not is_part then 'no visible text'
    when destination = 'contact' and contact_excluded_reason is not null then contact_excluded_reason
    when destination = 'contact' and survivor_key <> source_key then 'same address as ' || survivor_key
    when destination = 'attachment' and owner_id is null then 'upload that was never submitted'
    when destination = 'attachment' and file_ticket_key is null then 'file of a ' || owner_class
    when destination = 'attachment' and not is_owner_present then 'its ticket does not exist any more'
    when destination = 'attachment' and owner_destination = 'handoff' then 'file of a ' || owner_class
    when destination = 'attachment' and scope_reason is not null then scope_reason
    when destination = 'attachment' and conversation_key is null then 'its ticket becomes no conversation yet'
    when destination = 'attachment' and is_file_placed then coalesce(blob_finding, mapping_reason)
    when destination = 'attachment' and is_blob_known then coalesce(blob_finding, 'no text shows it')
    when destination = 'attachment' and not are_files_extracted then 'no files were extracted'
    when destination = 'attachment' then 'its bytes are not fetched yet'
    when item_kind = 'log_entry' and destination in ('custom_object', 'handoff') then 'logs of this class are delivered as files'
    when destination = 'tag' then coalesce('becomes the tag ' || tag_name, 'without a name')
    else mapping_reason
  end as reason
from known;

comment on view reconcile.item_plan is 'One row per object and log entry: what is to become of it, whatever was loaded so far.';
comment on column reconcile.item_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.item_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.item_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.item_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.item_plan.reason is 'Why, in words.';
