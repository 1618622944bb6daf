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
comment on column reconcile.item_plan.item_key is 'Source key of the object, or item key of the log entry.';
comment on column reconcile.item_plan.item_kind is 'object or log_entry.';
comment on column reconcile.item_plan.source_key is 'The object; of a log entry, the object that holds the log.';
comment on column reconcile.item_plan.root_class is 'Top of the object''s class tree.';
comment on column reconcile.item_plan.class is 'Final class of the object.';
comment on column reconcile.item_plan.is_deleted_at_source is 'iTop does not hold it any more.';
