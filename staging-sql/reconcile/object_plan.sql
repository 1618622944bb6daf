create view reconcile.object_plan as
with files as (
  select a.attachment_key as source_key, a.owner_class, a.owner_id, a.ticket_key from staging.attachment a
  union all
  select g.inline_image_key, g.owner_class, g.owner_id, g.ticket_key from staging.inline_image g
), known as (
  select
    i.*,
    m.destination,
    m.reason as mapping_reason,
    d.survivor_key,
    d.is_loaded as is_contact_loaded,
    d.excluded_reason as contact_excluded_reason,
    s.excluded_reason as scope_reason,
    c.target_key as conversation_key,
    f.owner_class,
    f.owner_id,
    f.ticket_key as file_ticket_key,
    owner.source_key is not null as is_owner_present,
    owner_mapping.destination as owner_destination,
    b.source_key is not null as is_blob_known,
    b.finding as blob_finding,
    -- Pictures inside texts come with the texts: they are no sign that anybody gave files.
    exists (select from staging.blob_source where source_key not like '%#%') as are_files_extracted,
    h.target_key is not null as is_file_placed,
    v.name as tag_name
  from reconcile.source_item i
  left join ops.mapping_class m on m.class = i.class
  left join files f on f.source_key = i.item_key
  left join staging.held_object owner on owner.source_key = f.ticket_key
  left join ops.mapping_class owner_mapping on owner_mapping.class = f.owner_class
  left join staging.blob_source b on b.source_key = i.item_key and i.root_class in ('Attachment', 'InlineImage')
  left join intercom.conversation_part_file h on h.target_key = i.item_key
  left join intermediate.ticket_scope s on s.ticket_key = coalesce(f.ticket_key, i.source_key)
  left join intercom.conversation c on c.target_key = coalesce(f.ticket_key, i.source_key)
  left join intermediate.contact_decision d on d.person_key = i.item_key
  left join staging.tagged_service v on v.service_key = i.item_key
  where i.item_kind = 'object'
)
select
  item_key, item_kind, source_key, root_class, class, is_deleted_at_source,
  case
    when destination = 'conversation' and conversation_key is not null then 'conversation'
    when destination = 'attachment' and is_file_placed then 'attachment'
    when destination = 'contact' and is_contact_loaded then 'contact'
    when destination in ('company', 'article', 'collection') then destination
    when destination = 'custom_object' then 'custom_object_instance'
    when destination = 'tag' then 'tag'
  end as target_type,
  case
    when destination = 'contact' then survivor_key
    when destination = 'tag' then 'tag:' || tag_name
    else source_key
  end as target_key,
  conversation_key,
  case
    when destination is null then 'pending'
    when destination = 'conversation' and scope_reason is not null then 'excluded'
    when destination = 'conversation' and conversation_key is null then 'pending'
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
    when destination in ('conversation', 'contact', 'company', 'article', 'collection', 'custom_object') then 'to_load'
    when destination = 'tag' then case when tag_name is not null then 'merged' else 'excluded' end
    when destination = 'handoff' then 'handed_off'
    else destination
  end as plan,
  case
    when destination is null then 'class without a decision in the mapping'
    when destination = 'conversation' and scope_reason is not null then scope_reason
    when destination = 'conversation' and conversation_key is null then 'status without a decision in the mapping'
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
    when destination = 'tag' then coalesce('becomes the tag ' || tag_name, 'without a name')
    else mapping_reason
  end as reason
from known;

comment on view reconcile.object_plan is 'One row per object: what is to become of it, whatever was loaded so far.';
comment on column reconcile.object_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.object_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.object_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.object_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.object_plan.reason is 'Why, in words.';
