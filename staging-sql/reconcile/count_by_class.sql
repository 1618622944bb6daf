create view reconcile.count_by_class as
with counted as (
  select distinct on (class) class, object_count, asked_at
  from ops.source_count
  order by class, asked_at desc
), became as (
  select
    workspace_id_code,
    class,
    count(*) filter (where disposition <> 'deleted at source') as raw_count,
    count(*) filter (where plan in ('to_load', 'merged')) as staged_count,
    count(*) filter (where disposition = 'loaded') as loaded,
    count(*) filter (where disposition = 'merged') as merged,
    count(*) filter (where disposition = 'excluded') as excluded,
    count(*) filter (where disposition = 'handed_off') as handed_off,
    count(*) filter (where disposition = 'reference') as reference,
    count(*) filter (where disposition = 'failed') as failed,
    count(*) filter (where disposition = 'blocked') as blocked,
    count(*) filter (where disposition = 'pending') as pending,
    count(*) filter (where disposition = 'deleted at source') as deleted_at_source
  from reconcile.disposition
  where item_kind = 'object'
  group by workspace_id_code, class
)
select
  b.workspace_id_code,
  b.class,
  c.object_count as itop_count,
  b.raw_count,
  b.staged_count,
  b.loaded, b.merged, b.excluded, b.handed_off, b.reference, b.failed, b.blocked, b.pending, b.deleted_at_source,
  c.object_count - (b.loaded + b.merged + b.excluded + b.handed_off + b.reference + b.failed + b.blocked + b.pending) as difference
from became b
left join counted c on c.class = b.class;

comment on view reconcile.count_by_class is 'One row per workspace and class: iTop''s own count beside what became of its objects. difference is 0 when every object is accounted for.';
comment on column reconcile.count_by_class.itop_count is 'iTop''s own count, asked at the end of the extraction and again at the freeze; null where the class was not asked.';
comment on column reconcile.count_by_class.raw_count is 'Objects landed and not deleted since.';
comment on column reconcile.count_by_class.staged_count is 'Objects that become a thing in Intercom, alone or merged.';
comment on column reconcile.count_by_class.difference is 'iTop''s count less all dispositions; deleted objects are not in iTop''s count.';
