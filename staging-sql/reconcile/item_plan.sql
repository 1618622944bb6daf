create view reconcile.item_plan as
table reconcile.object_plan
union all
table reconcile.log_entry_plan;

comment on view reconcile.item_plan is 'One row per object and log entry: what is to become of it, whatever was loaded so far.';
comment on column reconcile.item_plan.target_type is 'Kind of thing it becomes in Intercom; null where it becomes none of its own.';
comment on column reconcile.item_plan.target_key is 'Thing in Intercom it becomes or is merged into.';
comment on column reconcile.item_plan.conversation_key is 'Conversation it belongs to; null where none.';
comment on column reconcile.item_plan.plan is 'to_load, merged, excluded, handed_off, reference or pending.';
comment on column reconcile.item_plan.reason is 'Why, in words.';
