create view reconcile.log_entry_plan as
with known as (
  select f.*, m.destination, m.reason as mapping_reason, f.class = 'WorkOrder' as is_work_order_entry
  from reconcile.current_log_entry_fact f
  left join ops.mapping_class m on m.class = f.class
)
select
  item_key, 'log_entry' as item_kind, source_key, root_class, class, false as is_deleted_at_source,
  case when conversation_key is not null and (destination = 'conversation' or is_work_order_entry) then 'part' end as target_type,
  case when is_work_order_entry then conversation_key || '#record_note' else coalesce(transcript_key, item_key) end as target_key,
  conversation_key,
  reconcile.plan_of_log_entry(
    class, destination, is_empty, set_aside_reason is not null, scope_reason is not null, conversation_key is not null, transcript_key is not null,
    is_part, is_invisible) as plan,
  case
    when is_empty then 'saved without text'
    when set_aside_reason is not null then set_aside_reason
    when destination is null then 'class without a decision in the mapping'
    when is_work_order_entry and conversation_key is not null then 'in the record note of ' || conversation_key
    when is_work_order_entry then coalesce(scope_reason, 'its ticket becomes no conversation')
    when destination = 'reference' then 'log of an account'
    when destination = 'conversation' and scope_reason is not null then scope_reason
    when destination = 'conversation' and conversation_key is null then 'status without a decision in the mapping'
    when transcript_key is not null then 'folded into ' || transcript_key
    when conversation_key is not null and not is_part then case when is_invisible then 'no visible text' else 'has text, and no part holds it' end
    when destination in ('custom_object', 'handoff') then 'logs of this class are delivered as files'
    else mapping_reason
  end as reason
from known;

comment on view reconcile.log_entry_plan is 'One row per log entry: what is to become of it, whatever was loaded so far.';
comment on column reconcile.log_entry_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.log_entry_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.log_entry_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.log_entry_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.log_entry_plan.reason is 'Why, in words.';
comment on column reconcile.log_entry_plan.item_kind is 'log_entry, always.';
comment on column reconcile.log_entry_plan.is_deleted_at_source is 'False, always: entries of objects that are gone are not listed.';
comment on column reconcile.log_entry_plan.item_key is 'Identity of the entry: source key, log, index.';
comment on column reconcile.log_entry_plan.source_key is 'Object that holds the log.';
comment on column reconcile.log_entry_plan.root_class is 'Top of the object''s class tree.';
comment on column reconcile.log_entry_plan.class is 'Final class of the object that holds the log.';
