create view reconcile.load_backlog as
with row as (
  select 'attributes' as phase, target_key from intercom.attribute
  union all select 'companies', target_key from intercom.company
  union all select 'contacts', target_key from intercom.contact
  union all select 'contact_companies', target_key from intercom.contact_company
  union all select 'tags', target_key from intercom.tag
  union all select 'custom_objects', target_key from intercom.custom_object_instance
  union all select 'collections', target_key from intercom.collection
  union all select 'articles', target_key from intercom.article
  union all select 'conversations', target_key from intercom.conversation
)
select
  w.workspace_id_code,
  p.phase,
  p.position,
  count(r.target_key)::integer as total,
  count(i.target_key)::integer as complete,
  count(o.target_key) filter (where o.state = 'failed' and i.target_key is null)::integer as failed,
  count(o.target_key) filter (where o.state = 'blocked' and i.target_key is null)::integer as blocked,
  count(r.target_key) filter (where i.target_key is null and o.target_key is null)::integer as waiting
from load.workspace w
cross join reconcile.phase p
left join row r on r.phase = p.phase
left join load.identity i
  on i.workspace_id_code = w.workspace_id_code and i.target_type = p.done_type and i.target_key = r.target_key
left join load.outcome o
  on o.workspace_id_code = w.workspace_id_code and o.target_type = p.target_type and o.target_key = r.target_key
group by w.workspace_id_code, p.phase, p.position;

comment on view reconcile.load_backlog is 'One row per workspace and phase: how many objects are loaded, failed, blocked and still waiting.';
comment on column reconcile.load_backlog.position is 'Place among the phases.';
comment on column reconcile.load_backlog.total is 'Objects that are to be loaded.';
comment on column reconcile.load_backlog.complete is 'Objects that are completely in Intercom.';
comment on column reconcile.load_backlog.waiting is 'Objects that no load has tried yet, or that are on the way.';
comment on column reconcile.load_backlog.failed is 'Objects that Intercom refused, or that were given up.';
comment on column reconcile.load_backlog.blocked is 'Objects that need something that is not loaded.';
