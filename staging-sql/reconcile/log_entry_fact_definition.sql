create view reconcile.log_entry_fact_definition as
with part as (
  select distinct conversation_key, item_key from intercom.conversation_part
)
select
  e.item_key,
  e.source_key,
  e.root_class,
  e.final_class as class,
  e.is_empty,
  s.excluded_reason as scope_reason,
  c.target_key as conversation_key,
  f.transcript_key,
  p.item_key is not null as is_part,
  -- Proven from the text itself: that no part holds an entry says nothing of why.
  p.item_key is null and exists (
    select from ops.rendered_body r
    join ops.setting v on v.renderer_version = r.renderer_version
    where btrim(r.text) = ''
      and r.source_hash = staging.body_hash('html', coalesce(nullif(e.message_html, ''), intermediate.html_text(e.message), ''))
  ) as is_invisible,
  q.reason as set_aside_reason,
  found.time_finding,
  case when found.time_finding is not null then e.written_local end as written_local
from staging.log_entry e
left join staging.work_order w on w.work_order_key = e.source_key
left join intermediate.ticket_scope s on s.ticket_key = coalesce(w.ticket_key, e.source_key)
left join intercom.conversation c on c.target_key = coalesce(w.ticket_key, e.source_key)
-- Those of a work order stand in the record note. Asking for the ticket too leads the entries of one ticket to its parts by index.
left join intermediate.folded_message f on f.ticket_key = e.source_key and f.item_key = e.item_key
left join part p on p.conversation_key = e.source_key and p.item_key = e.item_key
-- What a work order says goes with its ticket.
left join ops.set_aside q on q.source_key = w.ticket_key
cross join lateral (select case
  when e.written_local <> '' and e.written_at is null then 'no_date'
  when e.autumn_pass = 'either' and not e.is_empty then 'either_hour'
end as time_finding offset 0) as found
union all
select item_key, source_key, root_class, final_class, false, null, null, null, false, false, reason, null, null
from staging.set_aside_log_entry;

comment on view reconcile.log_entry_fact_definition is 'One row per log entry: where the last transform put it. Materialised as reconcile.log_entry_fact, for opening all logs is most of what a count of everything would take; the mapping is not in it, so that a decision shows at once.';
comment on column reconcile.log_entry_fact_definition.item_key is 'Identity of the entry: source key, log, index.';
comment on column reconcile.log_entry_fact_definition.source_key is 'Object that holds the log.';
comment on column reconcile.log_entry_fact_definition.root_class is 'Top of the object''s class tree.';
comment on column reconcile.log_entry_fact_definition.class is 'Final class of the object that holds the log.';
comment on column reconcile.log_entry_fact_definition.is_empty is 'It was saved without text.';
comment on column reconcile.log_entry_fact_definition.scope_reason is 'Why its ticket does not move; null where it moves, and where there is no ticket.';
comment on column reconcile.log_entry_fact_definition.conversation_key is 'Conversation of its ticket; null where none.';
comment on column reconcile.log_entry_fact_definition.transcript_key is 'Part that holds it together with other entries; null where none.';
comment on column reconcile.log_entry_fact_definition.is_part is 'A part of the conversation holds it.';
comment on column reconcile.log_entry_fact_definition.is_invisible is 'No part holds it, and its text shows nothing once it is rendered.';
comment on column reconcile.log_entry_fact_definition.set_aside_reason is 'Why its object, or the ticket of its work order, is set aside; null where it is not.';
comment on column reconcile.log_entry_fact_definition.time_finding is 'no_date or either_hour, where its time is not beyond doubt (reconcile.record_finding lists it); null elsewhere, and where its object is set aside.';
comment on column reconcile.log_entry_fact_definition.written_local is 'Its time as iTop has it, where there is a finding about it.';
