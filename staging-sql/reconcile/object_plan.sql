create view reconcile.object_plan as
with owned as (
  select a.attachment_key as source_key, a.owner_class, a.owner_id
  from intermediate.attachment a
  where a.attachment_key not in (select source_key from ops.changed_object where root_class = 'Attachment')
  union all
  -- What landed since the last transform is read as it stands.
  select landed.source_key, a.owner_class, a.owner_id
  from (select distinct source_key from ops.changed_object where root_class = 'Attachment') as landed
  cross join lateral (select owner_class, owner_id from staging.attachment where attachment_key = landed.source_key offset 0) as a
  union all
  select g.inline_image_key, g.owner_class, g.owner_id from staging.inline_image g
), files as (
  -- By the mapping as it is: a decision about a class of tickets shows at once.
  select o.*, case when o.owner_class in (select class from staging.ticket_class) then staging.reference('Ticket', o.owner_id) end as ticket_key
  from owned o
), item as not materialized (
  select o.*, m.destination, m.reason as mapping_reason
  from staging.landed_object o
  left join ops.mapping_class m on m.class = o.final_class
), file as (
  select
    i.*,
    f.owner_class,
    f.owner_id,
    f.ticket_key,
    owner.source_key is not null as is_owner_present,
    owner_mapping.destination as owner_destination,
    b.source_key is not null as is_blob_known,
    b.finding as blob_finding,
    -- Pictures inside texts come with the texts: they are no sign that anybody gave files.
    exists (select from staging.blob_source where source_key not like '%#%') as are_files_extracted,
    h.target_key is not null as is_placed,
    s.excluded_reason as scope_reason,
    c.target_key as conversation_key,
    q.reason as set_aside_reason
  from item i
  left join files f on f.source_key = i.source_key
  left join staging.held_object owner on owner.source_key = f.ticket_key and owner.root_class = 'Ticket'
  left join ops.mapping_class owner_mapping on owner_mapping.class = f.owner_class
  left join staging.blob_source b on b.source_key = i.source_key
  left join intercom.conversation_part_file h on h.target_key = i.source_key
  left join intermediate.ticket_scope s on s.ticket_key = f.ticket_key
  left join intercom.conversation c on c.target_key = f.ticket_key
  -- A file goes with its ticket.
  left join ops.set_aside q on q.source_key = coalesce(f.ticket_key, i.source_key)
  where i.root_class in ('Attachment', 'InlineImage')
), decided as (
  -- Each kind of object is joined with what decides about its like alone, and one key leads to one row. Classes are asked for as an
  -- array: joined, one of many classes looks to the planner like one of many objects.
  select
    i.source_key, i.root_class, i.final_class, i.is_deleted,
    -- What is set aside after its load still is what it became.
    case when q.reason is not null or (s.excluded_reason is null and c.target_key is not null) then 'conversation' end as target_type,
    i.source_key as target_key,
    c.target_key as conversation_key,
    case
      when q.reason is not null then 'pending'
      when s.excluded_reason is not null then 'excluded'
      when c.target_key is null then 'pending'
      else 'to_load'
    end as plan,
    case
      when q.reason is not null then q.reason
      when s.excluded_reason is not null then s.excluded_reason
      when c.target_key is null then 'status without a decision in the mapping'
      else i.mapping_reason
    end as reason
  from item i
  left join intermediate.ticket_scope s on s.ticket_key = i.source_key
  left join intercom.conversation c on c.target_key = i.source_key
  left join ops.set_aside q on q.source_key = i.source_key
  where i.final_class = any (array(select class from ops.mapping_class where destination = 'conversation')) and i.root_class not in ('Attachment', 'InlineImage')
  union all
  select
    i.source_key, i.root_class, i.final_class, i.is_deleted,
    case
      when q.reason is not null then 'contact'
      when d.excluded_reason is not null then null
      when d.survivor_key <> i.source_key or d.is_loaded then 'contact'
    end,
    coalesce(d.survivor_key, i.source_key),
    null,
    case
      when q.reason is not null then 'pending'
      when d.excluded_reason is not null then 'excluded'
      when d.survivor_key <> i.source_key then 'merged'
      else 'to_load'
    end,
    case
      when q.reason is not null then q.reason
      when d.excluded_reason is not null then d.excluded_reason
      when d.survivor_key <> i.source_key then 'same address as ' || d.survivor_key
      else i.mapping_reason
    end
  from item i
  left join intermediate.contact_decision d on d.person_key = i.source_key
  left join ops.set_aside q on q.source_key = i.source_key
  where i.final_class = any (array(select class from ops.mapping_class where destination = 'contact')) and i.root_class not in ('Attachment', 'InlineImage')
  union all
  select
    i.source_key, i.root_class, i.final_class, i.is_deleted,
    case when q.reason is null then 'tag' end,
    'tag:' || intermediate.without_itop_addresses(v.name),
    null,
    case when q.reason is not null then 'pending' when v.name is null then 'excluded' else 'merged' end,
    case
      when q.reason is not null then q.reason
      when v.name is null then 'without a name'
      else 'becomes the tag ' || intermediate.without_itop_addresses(v.name)
    end
  from item i
  left join staging.tagged_service v on v.service_key = i.source_key
  left join ops.set_aside q on q.source_key = i.source_key
  -- Asked first: where no class becomes tags, no object is looked at.
  where exists (select from ops.mapping_class where destination = 'tag')
    and i.final_class = any (array(select class from ops.mapping_class where destination = 'tag')) and i.root_class not in ('Attachment', 'InlineImage')
  union all
  select
    i.source_key, i.root_class, i.final_class, i.is_deleted,
    case
      when i.destination in ('company', 'article', 'collection') then i.destination
      when i.destination = 'custom_object' then 'custom_object_instance'
    end,
    i.source_key,
    null,
    case
      when q.reason is not null or i.destination is null then 'pending'
      when i.destination in ('company', 'article', 'collection', 'custom_object') then 'to_load'
      when i.destination = 'handoff' then 'handed_off'
      when i.destination = 'attachment' then 'excluded'
      else i.destination
    end,
    case
      when q.reason is not null then q.reason
      when i.destination is null then 'class without a decision in the mapping'
      when i.destination = 'attachment' then 'no file that belongs to a ticket'
      else i.mapping_reason
    end
  from item i
  left join ops.set_aside q on q.source_key = i.source_key
  where i.final_class <> all (array(select class from ops.mapping_class where destination in ('conversation', 'contact', 'tag')))
    and i.root_class not in ('Attachment', 'InlineImage')
  union all
  select
    f.source_key, f.root_class, f.final_class, f.is_deleted,
    decision.decided[3], f.source_key, f.conversation_key, decision.decided[1], decision.decided[2]
  from file f
  -- Plan, reason and kind of thing in Intercom, decided together; "offset 0" decides once a file.
  cross join lateral (
    select case
      when set_aside_reason is not null then array['pending', set_aside_reason, case when destination = 'attachment' then 'attachment' end]
      when destination is null then array['pending', 'class without a decision in the mapping', null]
      when destination = 'handoff' then array['handed_off', mapping_reason, null]
      when destination <> 'attachment' then array[destination, mapping_reason, null]
      when owner_id is null then array['excluded', 'upload that was never submitted', null]
      when ticket_key is null then array['handed_off', 'file of a ' || coalesce(nullif(owner_class, ''), 'nameless class'), null]
      when not is_owner_present then array['excluded', 'its ticket does not exist any more', null]
      when owner_destination = 'handoff' then array['handed_off', 'file of a ' || coalesce(nullif(owner_class, ''), 'nameless class'), null]
      when scope_reason is not null then array['excluded', scope_reason, null]
      when conversation_key is null then array['pending', 'its ticket becomes no conversation yet', null]
      when is_placed then array['to_load', coalesce(blob_finding, mapping_reason), 'attachment']
      when blob_finding = 'refused by type' then array['handed_off', blob_finding, null]
      when is_blob_known then array['excluded', coalesce(blob_finding, 'no text shows it'), null]
      when not are_files_extracted then array['excluded', 'no files were extracted', null]
      else array['pending', 'its bytes are not fetched yet', null]
    end as decided
    offset 0
  ) as decision
)
select
  source_key as item_key, 'object' as item_kind, source_key, root_class, final_class as class, is_deleted as is_deleted_at_source,
  target_type, target_key, conversation_key, plan, reason
from decided;

comment on view reconcile.object_plan is 'One row per object: what is to become of it, whatever was loaded so far.';
comment on column reconcile.object_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.object_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.object_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.object_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.object_plan.reason is 'Why, in words.';
comment on column reconcile.object_plan.item_key is 'Source key of the object.';
comment on column reconcile.object_plan.item_kind is 'object, always.';
comment on column reconcile.object_plan.source_key is 'Source key of the object.';
comment on column reconcile.object_plan.root_class is 'Top of its class tree.';
comment on column reconcile.object_plan.class is 'Its final class.';
comment on column reconcile.object_plan.is_deleted_at_source is 'iTop does not hold it any more.';
