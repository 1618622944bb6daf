create view reconcile.source_item as
select
  source_key as item_key,
  'object' as item_kind,
  source_key,
  root_class,
  final_class as class,
  is_deleted as is_deleted_at_source
from staging.landed_object
union all
select e.item_key, 'log_entry', e.source_key, e.root_class, e.final_class, false
from staging.log_entry e
union all
select e.item_key, 'log_entry', e.source_key, e.root_class, e.final_class, false
from staging.set_aside_log_entry e;

comment on view reconcile.source_item is 'One row per object and per log entry that was landed: what conservation counts.';
comment on column reconcile.source_item.item_key is 'Source key of the object, or item key of the log entry.';
comment on column reconcile.source_item.item_kind is 'object or log_entry.';
comment on column reconcile.source_item.class is 'Final class of the object.';
comment on column reconcile.source_item.is_deleted_at_source is 'iTop does not hold it any more.';
comment on column reconcile.source_item.source_key is 'The object; of a log entry, the object that holds the log.';
comment on column reconcile.source_item.root_class is 'Top of the object''s class tree.';
