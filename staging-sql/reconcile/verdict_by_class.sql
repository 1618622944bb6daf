create view reconcile.verdict_by_class as
with tallied as (
  select workspace_id_code, source_key, verdict, count(*) as checks
  from reconcile.verdict
  where field = ''
  group by workspace_id_code, source_key, verdict
)
select
  t.workspace_id_code,
  coalesce(o.final_class, 'not an object of iTop') as class,
  sum(t.checks)::bigint as checks,
  coalesce(sum(t.checks) filter (where t.verdict = 'passed'), 0)::bigint as passed,
  coalesce(sum(t.checks) filter (where t.verdict = 'failed'), 0)::bigint as failed,
  coalesce(sum(t.checks) filter (where t.verdict = 'unknown'), 0)::bigint as unknown,
  coalesce(sum(t.checks) filter (where t.verdict not in ('passed', 'failed', 'unknown')), 0)::bigint as foreseen
from tallied t
left join raw.head h on h.source_key = t.source_key
left join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
group by t.workspace_id_code, coalesce(o.final_class, 'not an object of iTop');

comment on view reconcile.verdict_by_class is 'One row per workspace and class of iTop: how the checks of everything that its objects became ended.';
comment on column reconcile.verdict_by_class.foreseen is 'Shifted, fallback_author, truncated, merged or folded: not equal, as the rules say.';
