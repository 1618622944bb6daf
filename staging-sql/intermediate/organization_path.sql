create view intermediate.organization_path as
with recursive tree as (
  select o.organization_key, o.parent_key, o.name, array[o.organization_key] as keys, o.name as path, 1 as level
  from staging.organization o
  left join staging.organization p on p.organization_key = o.parent_key
  where p.organization_key is null
  union all
  select o.organization_key, o.parent_key, o.name, t.keys || o.organization_key, t.path || ' / ' || o.name, t.level + 1
  from tree t
  join staging.organization o on o.parent_key = t.organization_key
  where not o.organization_key = any (t.keys)
)
select o.organization_key, parent.name as parent_name, coalesce(t.path, o.name) as path, coalesce(t.level, 1) as level, t.organization_key is null as is_in_cycle
from staging.organization o
left join tree t on t.organization_key = o.organization_key
left join staging.organization parent on parent.organization_key = o.parent_key;

comment on view intermediate.organization_path is 'One row per organization: its place in the tree (rule C2).';
comment on column intermediate.organization_path.path is 'Names from the top, joined by slashes; the own name only where the tree runs in a circle.';
comment on column intermediate.organization_path.level is '1 at the top.';
comment on column intermediate.organization_path.is_in_cycle is 'No way leads from the top to it.';
comment on column intermediate.organization_path.parent_name is 'Name of the organization above it; null at the top.';
