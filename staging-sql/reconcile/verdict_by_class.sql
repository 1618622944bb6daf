create view reconcile.verdict_by_class as
select
  workspace_id_code,
  coalesce(nullif(root_class, ''), 'not an object of iTop') as class,
  sum(verdicts)::bigint as checks,
  coalesce(sum(verdicts) filter (where verdict = 'passed'), 0)::bigint as passed,
  coalesce(sum(verdicts) filter (where verdict = 'failed'), 0)::bigint as failed,
  coalesce(sum(verdicts) filter (where verdict = 'unknown'), 0)::bigint as unknown,
  coalesce(sum(verdicts) filter (where verdict not in ('passed', 'failed', 'unknown')), 0)::bigint as by_rule
from reconcile.verdict_tally
where is_whole
group by workspace_id_code, root_class
having sum(verdicts) <> 0;

comment on view reconcile.verdict_by_class is 'One row per workspace and root class of iTop: how the checks of everything that its objects became ended.';
comment on column reconcile.verdict_by_class.class is 'Root class, as in the source key: Ticket holds user requests and incidents.';
comment on column reconcile.verdict_by_class.by_rule is 'Shifted, fallback_author, truncated, merged, folded or kept_elsewhere: not equal, as the rules say.';
comment on column reconcile.verdict_by_class.checks is 'Things that were checked, one for each check.';
comment on column reconcile.verdict_by_class.passed is 'Checks that passed.';
comment on column reconcile.verdict_by_class.failed is 'Checks that failed.';
comment on column reconcile.verdict_by_class.unknown is 'Checks without an answer: they count as failed.';
