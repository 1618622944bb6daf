create view reconcile.count_by_class as
with counted as (
  select distinct on (class) class, object_count
  from ops.source_count
  order by class, asked_at desc
), workspace as (
  select workspace_id_code from load.workspace
  union all
  select null where not exists (select from load.workspace)
), fate as (
  -- Before any load nothing is asked of what was loaded: each item's plan is what became of it.
  select
    null as workspace_id_code, item_kind, class, plan, items,
    case
      when is_deleted_at_source then 'deleted at source'
      when plan in ('to_load', 'merged') then 'pending'
      else plan
    end as disposition,
    null as pending_type, null as pending_reason, null as example
  from (
    select 'object' as item_kind, class, plan, is_deleted_at_source, count(*) as items
    from reconcile.object_plan
    group by class, plan, is_deleted_at_source
    union all
    select 'log_entry', class, plan, false, entries from reconcile.log_entry_count
  ) as planned
  where not exists (select from load.workspace)
  union all
  select
    workspace_id_code, item_kind, class, plan, count(*), disposition,
    case when disposition = 'pending' then target_type end,
    case when disposition = 'pending' then reason end,
    min(item_key) filter (where disposition = 'pending')
  from reconcile.disposition
  where exists (select from load.workspace)
  group by workspace_id_code, item_kind, class, plan, disposition, 7, 8
), became as (
  select
    workspace_id_code,
    item_kind,
    class,
    coalesce(sum(items) filter (where disposition <> 'deleted at source'), 0)::bigint as raw_count,
    coalesce(sum(items) filter (where plan in ('to_load', 'merged')), 0)::bigint as staged_count,
    coalesce(sum(items) filter (where disposition = 'loaded'), 0)::bigint as loaded,
    coalesce(sum(items) filter (where disposition = 'merged'), 0)::bigint as merged,
    coalesce(sum(items) filter (where disposition = 'excluded'), 0)::bigint as excluded,
    coalesce(sum(items) filter (where disposition = 'handed_off'), 0)::bigint as handed_off,
    coalesce(sum(items) filter (where disposition = 'reference'), 0)::bigint as reference,
    coalesce(sum(items) filter (where disposition = 'failed'), 0)::bigint as failed,
    coalesce(sum(items) filter (where disposition = 'blocked'), 0)::bigint as blocked,
    coalesce(sum(items) filter (where disposition = 'pending'), 0)::bigint as pending,
    coalesce(sum(items) filter (where disposition = 'deleted at source'), 0)::bigint as deleted_at_source,
    jsonb_agg(jsonb_build_object('target_type', pending_type, 'reason', pending_reason, 'items', items, 'example', example))
      filter (where disposition = 'pending' and workspace_id_code is not null) as pending_items
  from fate
  group by workspace_id_code, item_kind, class
  union all
  -- A class that iTop counts and of which nothing was landed is missed too.
  select w.workspace_id_code, 'object', c.class, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null
  from counted c
  cross join workspace w
  where c.object_count > 0
    and c.class not in (select final_class from staging.landed_object)
)
select
  b.workspace_id_code,
  b.item_kind,
  b.class,
  c.object_count as itop_count,
  b.raw_count,
  b.staged_count,
  b.loaded, b.merged, b.excluded, b.handed_off, b.reference, b.failed, b.blocked, b.pending, b.deleted_at_source,
  case when b.item_kind = 'log_entry' then b.raw_count else c.object_count end
    - (b.loaded + b.merged + b.excluded + b.handed_off + b.reference + b.failed + b.blocked + b.pending) as difference,
  b.pending_items
from became b
left join counted c on c.class = b.class and b.item_kind = 'object';

comment on view reconcile.count_by_class is 'One row per workspace, class and kind of item: iTop''s own count beside what became of its objects, and of their log entries. difference is 0 when everything is accounted for.';
comment on column reconcile.count_by_class.item_kind is 'object, or log_entry: entries in the logs of the class''s objects.';
comment on column reconcile.count_by_class.class is 'Final class of the object.';
comment on column reconcile.count_by_class.itop_count is 'iTop''s own count, asked at the end of the extraction and again at the freeze; null where the class was not asked, and for log entries, which iTop does not count.';
comment on column reconcile.count_by_class.raw_count is 'Items landed and not deleted since.';
comment on column reconcile.count_by_class.staged_count is 'Items that become a thing in Intercom, alone or merged.';
comment on column reconcile.count_by_class.difference is 'iTop''s count (of log entries: the count of raw) less all dispositions; deleted objects are not in iTop''s count. Null where iTop was not asked.';
comment on column reconcile.count_by_class.loaded is 'Objects that are in Intercom as a thing of their own.';
comment on column reconcile.count_by_class.merged is 'Objects that are in Intercom as part of another thing.';
comment on column reconcile.count_by_class.excluded is 'Objects left out by a rule or a decision.';
comment on column reconcile.count_by_class.handed_off is 'Objects delivered as files.';
comment on column reconcile.count_by_class.reference is 'Objects that only explain others.';
comment on column reconcile.count_by_class.failed is 'Objects that Intercom refused, or that were given up.';
comment on column reconcile.count_by_class.blocked is 'Objects that need something that is not loaded.';
comment on column reconcile.count_by_class.pending is 'Objects not loaded yet, or without a decision.';
comment on column reconcile.count_by_class.deleted_at_source is 'Objects that iTop does not hold any more.';
comment on column reconcile.count_by_class.workspace_id_code is 'Intercom workspace; null before any load looked at one.';
comment on column reconcile.count_by_class.pending_items is 'What is pending, told apart: an element for each kind of thing and reason, with its number and the key of one of them. Null where nothing is, and before any load. So reconcile.unexplained asks once what became of everything.';
