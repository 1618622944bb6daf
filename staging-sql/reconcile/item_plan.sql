create view reconcile.item_plan as
select
  i.item_key, i.item_kind, i.source_key, i.root_class, i.class, i.is_deleted_at_source,
  case
    when i.item_kind = 'log_entry' and i.class = 'UserRequest' and c.target_key is not null then 'part'
    when i.item_kind = 'log_entry' then null
    when m.destination = 'conversation' and c.target_key is not null then 'conversation'
    when m.destination = 'contact' and d.is_loaded then 'contact'
    when m.destination = 'company' then 'company'
  end as target_type,
  case
    when i.item_kind = 'log_entry' then i.item_key
    when m.destination = 'contact' then d.survivor_key
    else i.source_key
  end as target_key,
  case
    when i.item_kind = 'log_entry' and e.is_empty then 'excluded'
    when i.item_kind = 'log_entry' and m.destination is null then 'pending'
    when i.item_kind = 'log_entry' and m.destination = 'reference' then 'excluded'
    when i.item_kind = 'log_entry' and c.target_key is not null and p.item_key is null then 'excluded'
    when m.destination is null then 'pending'
    when m.destination = 'conversation' and c.target_key is null then 'pending'
    when m.destination = 'contact' and d.excluded_reason is not null then 'excluded'
    when m.destination = 'contact' and d.survivor_key <> i.source_key then 'merged'
    when m.destination in ('conversation', 'contact', 'company') then 'to_load'
    when m.destination = 'handoff' then 'handed_off'
    else m.destination
  end as plan,
  case
    when i.item_kind = 'log_entry' and e.is_empty then 'saved without text'
    when i.item_kind = 'log_entry' and m.destination = 'reference' then 'log of an account'
    when i.item_kind = 'log_entry' and c.target_key is not null and p.item_key is null then 'no visible text'
    when m.destination is null then 'class without a decision in the mapping'
    when m.destination = 'conversation' and c.target_key is null then 'status without a decision in the mapping'
    when m.destination = 'contact' and d.excluded_reason is not null then d.excluded_reason
    when m.destination = 'contact' and d.survivor_key <> i.source_key then 'same address as ' || d.survivor_key
    else m.reason
  end as reason
from reconcile.source_item i
left join ops.mapping_class m on m.class = i.class
left join intercom.conversation c on c.target_key = i.source_key and i.root_class = 'Ticket'
left join intermediate.contact_decision d on d.person_key = i.item_key
left join staging.log_entry e on e.item_key = i.item_key and i.item_kind = 'log_entry'
left join (select distinct item_key from intercom.conversation_part) p on p.item_key = i.item_key;

comment on view reconcile.item_plan is 'One row per object and log entry: what is to become of it, whatever was loaded so far.';
comment on column reconcile.item_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.item_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.item_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.item_plan.reason is 'Why, in words.';
