create view reconcile.current_log_entry_fact as
select * from reconcile.log_entry_fact where source_key not in (select source_key from ops.changed_object)
union all
-- What landed since the last transform is read as it stands.
select f.*
from (select distinct source_key from ops.changed_object) as landed
cross join lateral (select * from reconcile.log_entry_fact_definition where source_key = landed.source_key offset 0) as f;

comment on view reconcile.current_log_entry_fact is 'One row per log entry: where the last transform put it, or would put it where its object landed since.';
comment on column reconcile.current_log_entry_fact.item_key is 'Identity of the entry: source key, log, index.';
comment on column reconcile.current_log_entry_fact.source_key is 'Object that holds the log.';
comment on column reconcile.current_log_entry_fact.root_class is 'Top of the object''s class tree.';
comment on column reconcile.current_log_entry_fact.class is 'Final class of the object that holds the log.';
comment on column reconcile.current_log_entry_fact.is_empty is 'It was saved without text.';
comment on column reconcile.current_log_entry_fact.scope_reason is 'Why its ticket does not move; null where it moves, and where there is no ticket.';
comment on column reconcile.current_log_entry_fact.conversation_key is 'Conversation of its ticket; null where none.';
comment on column reconcile.current_log_entry_fact.transcript_key is 'Part that holds it together with other entries; null where none.';
comment on column reconcile.current_log_entry_fact.is_part is 'A part of the conversation holds it.';
comment on column reconcile.current_log_entry_fact.is_invisible is 'No part holds it, and its text shows nothing once it is rendered.';
comment on column reconcile.current_log_entry_fact.set_aside_reason is 'Why its object, or the ticket of its work order, is set aside; null where it is not.';
comment on column reconcile.current_log_entry_fact.time_finding is 'no_date or either_hour, where its time is not beyond doubt; null elsewhere.';
comment on column reconcile.current_log_entry_fact.written_local is 'Its time as iTop has it, where there is a finding about it.';
