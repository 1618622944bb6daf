create view staging.set_aside_log_entry as
select
  s.source_key || '#' || l.log || '/' || e.position - 1 as item_key,
  s.source_key,
  o.root_class,
  o.final_class,
  s.reason
from ops.set_aside s
join raw.latest_object o on o.source_key = s.source_key and o.is_set_aside
cross join lateral (values
  ('public_log', o.payload -> 'public_log'), ('private_log', o.payload -> 'private_log'), ('log', o.payload -> 'log')) as l (log, content)
cross join lateral jsonb_array_elements(case when jsonb_typeof(l.content -> 'entries') = 'array' then l.content -> 'entries' end)
  with ordinality as e (entry, position);

comment on view staging.set_aside_log_entry is 'One row per case log entry of an object that is set aside: staging.log_entry does not show them, and they are counted all the same.';
comment on column staging.set_aside_log_entry.item_key is 'Identity of the entry: source key, log, index.';
comment on column staging.set_aside_log_entry.source_key is 'Object that holds the log.';
comment on column staging.set_aside_log_entry.root_class is 'Top of the object''s class tree.';
comment on column staging.set_aside_log_entry.final_class is 'Final class of the object that holds the log.';
comment on column staging.set_aside_log_entry.reason is 'Why the object is set aside, in words.';
