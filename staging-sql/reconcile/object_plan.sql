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
    v.name as tag_name,
    q.reason as set_aside_reason
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
  -- A file goes with its ticket.
  left join ops.set_aside q on q.source_key = coalesce(f.ticket_key, i.source_key)
  where i.item_kind = 'object'
)
select
  item_key, item_kind, source_key, root_class, class, is_deleted_at_source,
  decided[3] as target_type,
  case
    when destination = 'contact' then survivor_key
    when destination = 'tag' then 'tag:' || tag_name
    else source_key
  end as target_key,
  conversation_key,
  decided[1] as plan,
  decided[2] as reason
from known
-- Plan, reason and kind of thing in Intercom, decided together; "offset 0" decides once an object.
cross join lateral (
  select case
    when set_aside_reason is not null then array['pending', set_aside_reason, null]
    when destination is null then array['pending', 'class without a decision in the mapping', null]
    when destination = 'conversation' then case
      when scope_reason is not null then array['excluded', scope_reason, null]
      when conversation_key is null then array['pending', 'status without a decision in the mapping', null]
      else array['to_load', mapping_reason, 'conversation']
    end
    when destination = 'contact' then case
      when contact_excluded_reason is not null then array['excluded', contact_excluded_reason, null]
      when survivor_key <> source_key then array['merged', 'same address as ' || survivor_key, 'contact']
      else array['to_load', mapping_reason, case when is_contact_loaded then 'contact' end]
    end
    when destination = 'attachment' then case
      when owner_id is null then array['excluded', 'upload that was never submitted', null]
      when file_ticket_key is null then array['handed_off', 'file of a ' || coalesce(nullif(owner_class, ''), 'nameless class'), null]
      when not is_owner_present then array['excluded', 'its ticket does not exist any more', null]
      when owner_destination = 'handoff' then array['handed_off', 'file of a ' || coalesce(nullif(owner_class, ''), 'nameless class'), null]
      when scope_reason is not null then array['excluded', scope_reason, null]
      when conversation_key is null then array['pending', 'its ticket becomes no conversation yet', null]
      when is_file_placed then array['to_load', coalesce(blob_finding, mapping_reason), 'attachment']
      when blob_finding = 'refused by type' then array['handed_off', blob_finding, null]
      when is_blob_known then array['excluded', coalesce(blob_finding, 'no text shows it'), null]
      when not are_files_extracted then array['excluded', 'no files were extracted', null]
      else array['pending', 'its bytes are not fetched yet', null]
    end
    when destination in ('company', 'article', 'collection') then array['to_load', mapping_reason, destination]
    when destination = 'custom_object' then array['to_load', mapping_reason, 'custom_object_instance']
    when destination = 'tag' and tag_name is null then array['excluded', 'without a name', 'tag']
    when destination = 'tag' then array['merged', 'becomes the tag ' || tag_name, 'tag']
    when destination = 'handoff' then array['handed_off', mapping_reason, null]
    else array[destination, mapping_reason, null]
  end as decided
  offset 0
) as decision;

comment on view reconcile.object_plan is 'One row per object: what is to become of it, whatever was loaded so far.';
comment on column reconcile.object_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.object_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.object_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.object_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.object_plan.reason is 'Why, in words.';
comment on column reconcile.object_plan.item_key is 'Source key of the object.';
comment on column reconcile.object_plan.item_kind is 'object, always.';
comment on column reconcile.object_plan.source_key is 'Source key of the object.';
