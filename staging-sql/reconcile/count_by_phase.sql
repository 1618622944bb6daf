create view reconcile.count_by_phase as
select
  w.workspace_id_code, p.phase, p.position,
  coalesce(i.loaded, 0) as loaded,
  coalesce(i.created, 0) as created,
  coalesce(i.linked, 0) as linked,
  coalesce(o.failed, 0) as failed,
  coalesce(o.blocked, 0) as blocked
from load.workspace w
cross join reconcile.phase p
left join (
  select workspace_id_code, target_type, count(*) as loaded,
    count(*) filter (where origin = 'created') as created, count(*) filter (where origin = 'linked') as linked
  from load.identity
  group by workspace_id_code, target_type
) i on i.workspace_id_code = w.workspace_id_code and i.target_type = p.done_type
left join (
  select workspace_id_code, target_type, count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'blocked') as blocked
  from load.outcome
  group by workspace_id_code, target_type
) o on o.workspace_id_code = w.workspace_id_code and o.target_type = p.target_type;

comment on view reconcile.count_by_phase is 'One row per workspace and phase: what its loader did. Keys behind it: load.identity and load.outcome.';
comment on column reconcile.count_by_phase.loaded is 'Objects that are complete.';
comment on column reconcile.count_by_phase.linked is 'Objects that were there before the migration.';
comment on column reconcile.count_by_phase.created is 'Objects that the tool created.';
comment on column reconcile.count_by_phase.failed is 'Objects that Intercom refused, or that were given up.';
comment on column reconcile.count_by_phase.blocked is 'Objects that need something that is not loaded.';
