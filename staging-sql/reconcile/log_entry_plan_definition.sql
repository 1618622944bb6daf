create view reconcile.log_entry_plan_definition as
with part as (
  select distinct conversation_key, item_key from intercom.conversation_part
), known as (
  select
    e.item_key,
    e.source_key,
    e.root_class,
    e.final_class as class,
    e.is_empty,
    m.destination,
    m.reason as mapping_reason,
    s.excluded_reason as scope_reason,
    c.target_key as conversation_key,
    f.transcript_key,
    p.item_key is not null as is_part,
    -- Proven from the text itself: that no part tells an entry says nothing of why.
    case when p.item_key is null then exists (
      select from ops.rendered_body r
      join ops.setting v on v.renderer_version = r.renderer_version
      where btrim(r.text) = ''
        and r.source_hash = staging.body_hash('html', coalesce(nullif(e.message_html, ''), intermediate.html_text(e.message), ''))
    ) end as is_invisible,
    e.final_class = 'WorkOrder' as is_work_order_entry,
    q.reason as set_aside_reason
  from staging.log_entry e
  left join ops.mapping_class m on m.class = e.final_class
  left join staging.work_order w on w.work_order_key = e.source_key
  left join intermediate.ticket_scope s on s.ticket_key = coalesce(w.ticket_key, e.source_key)
  left join intercom.conversation c on c.target_key = coalesce(w.ticket_key, e.source_key)
  -- Those of a work order are told in the record note. Asking for the ticket too leads the entries of one ticket to its parts by index.
  left join intermediate.folded_message f on f.ticket_key = e.source_key and f.item_key = e.item_key
  left join part p on p.conversation_key = e.source_key and p.item_key = e.item_key
  -- What a work order says goes with its ticket.
  left join ops.set_aside q on q.source_key = w.ticket_key
)
select
  item_key, 'log_entry' as item_kind, source_key, root_class, class, false as is_deleted_at_source,
  case when conversation_key is not null and (destination = 'conversation' or is_work_order_entry) then 'part' end as target_type,
  case when is_work_order_entry then conversation_key || '#record_note' else coalesce(transcript_key, item_key) end as target_key,
  conversation_key,
  case
    when is_empty then 'excluded'
    when set_aside_reason is not null then 'pending'
    when destination is null then 'pending'
    when is_work_order_entry then case when conversation_key is not null then 'merged' else 'excluded' end
    when destination = 'reference' then 'excluded'
    when destination = 'conversation' and scope_reason is not null then 'excluded'
    when destination = 'conversation' and conversation_key is null then 'pending'
    when transcript_key is not null then 'merged'
    when conversation_key is not null and not is_part then case when is_invisible then 'excluded' else 'pending' end
    when destination in ('custom_object', 'handoff') then 'handed_off'
    when destination in ('conversation', 'contact', 'company', 'article', 'collection') then 'to_load'
    else destination
  end as plan,
  case
    when is_empty then 'saved without text'
    when set_aside_reason is not null then set_aside_reason
    when destination is null then 'class without a decision in the mapping'
    when is_work_order_entry and conversation_key is not null then 'told in the record note of ' || conversation_key
    when is_work_order_entry then coalesce(scope_reason, 'its ticket becomes no conversation')
    when destination = 'reference' then 'log of an account'
    when destination = 'conversation' and scope_reason is not null then scope_reason
    when destination = 'conversation' and conversation_key is null then 'status without a decision in the mapping'
    when transcript_key is not null then 'folded into ' || transcript_key
    when conversation_key is not null and not is_part then case when is_invisible then 'no visible text' else 'has text, and no part tells it' end
    when destination in ('custom_object', 'handoff') then 'logs of this class are delivered as files'
    else mapping_reason
  end as reason
from known
union all
select item_key, 'log_entry', source_key, root_class, final_class, false, null, item_key, null, 'pending', reason
from staging.set_aside_log_entry;

comment on view reconcile.log_entry_plan_definition is 'One row per log entry: what is to become of it, whatever was loaded so far. Materialised as reconcile.log_entry_plan: opening all logs is most of what a count of everything would take.';
comment on column reconcile.log_entry_plan_definition.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.log_entry_plan_definition.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.log_entry_plan_definition.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.log_entry_plan_definition.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.log_entry_plan_definition.reason is 'Why, in words.';
comment on column reconcile.log_entry_plan_definition.item_kind is 'log_entry, always.';
comment on column reconcile.log_entry_plan_definition.is_deleted_at_source is 'False, always: entries of objects that are gone are not listed.';
comment on column reconcile.log_entry_plan_definition.item_key is 'Identity of the entry: source key, log, index.';
comment on column reconcile.log_entry_plan_definition.source_key is 'Object that holds the log.';
comment on column reconcile.log_entry_plan_definition.root_class is 'Top of the object''s class tree.';
comment on column reconcile.log_entry_plan_definition.class is 'Final class of the object that holds the log.';
