create view reconcile.load_backlog as
with phase as not materialized (
  select w.workspace_id_code, p.phase, p.position, p.target_type, p.done_type
  from load.workspace w
  cross join reconcile.phase p
), row as not materialized (
  -- Each phase is asked for beside its rows: the planner knows how many rows a phase has, and not how many a union over them has of each.
  select p.*, r.target_key from phase p cross join intercom.attribute r where p.phase = 'attributes'
  union all select p.*, r.target_key from phase p cross join intercom.company r where p.phase = 'companies'
  union all select p.*, r.target_key from phase p cross join intercom.contact r where p.phase = 'contacts'
  union all select p.*, r.target_key from phase p cross join intercom.contact_company r where p.phase = 'contact_companies'
  union all select p.*, r.target_key from phase p cross join intercom.tag r where p.phase = 'tags'
  union all select p.*, r.target_key from phase p cross join intercom.custom_object_instance r where p.phase = 'custom_objects'
  union all select p.*, r.target_key from phase p cross join intercom.collection r where p.phase = 'collections'
  union all select p.*, r.target_key from phase p cross join intercom.article r where p.phase = 'articles'
  union all select p.*, r.target_key from phase p cross join intercom.conversation r where p.phase = 'conversations'
), counted as not materialized (
  select
    r.workspace_id_code,
    r.phase,
    count(*)::integer as total,
    count(i.target_key)::integer as complete,
    count(o.target_key) filter (where o.state = 'failed' and i.target_key is null)::integer as failed,
    count(o.target_key) filter (where o.state = 'blocked' and i.target_key is null)::integer as blocked,
    count(*) filter (where i.target_key is null and o.target_key is null)::integer as waiting
  from row r
  left join load.identity i
    on i.workspace_id_code = r.workspace_id_code and i.target_type = r.done_type and i.target_key = r.target_key
  left join load.outcome o
    on o.workspace_id_code = r.workspace_id_code and o.target_type = r.target_type and o.target_key = r.target_key
  group by r.workspace_id_code, r.phase
)
select
  p.workspace_id_code,
  p.phase,
  p.position,
  coalesce(c.total, 0) as total,
  coalesce(c.complete, 0) as complete,
  coalesce(c.failed, 0) as failed,
  coalesce(c.blocked, 0) as blocked,
  coalesce(c.waiting, 0) as waiting
from phase p
left join counted c on c.workspace_id_code = p.workspace_id_code and c.phase = p.phase;

comment on view reconcile.load_backlog is 'One row per workspace and phase: how many objects are loaded, failed, blocked and still waiting.';
comment on column reconcile.load_backlog.position is 'Place among the phases.';
comment on column reconcile.load_backlog.total is 'Objects that are to be loaded.';
comment on column reconcile.load_backlog.complete is 'Objects that are completely in Intercom.';
comment on column reconcile.load_backlog.waiting is 'Objects that no load has tried yet, or that are on the way.';
comment on column reconcile.load_backlog.failed is 'Objects that Intercom refused, or that were given up.';
comment on column reconcile.load_backlog.blocked is 'Objects that need something that is not loaded.';
