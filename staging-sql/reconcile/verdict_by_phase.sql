create view reconcile.verdict_by_phase as
select
  workspace_id_code, phase,
  sum(checks)::bigint as checks, sum(fields_checked)::bigint as fields_checked, sum(passed)::bigint as passed,
  sum(failed)::bigint as failed, sum(unknown)::bigint as unknown, sum(shifted)::bigint as shifted,
  sum(fallback_author)::bigint as fallback_author, sum(truncated)::bigint as truncated, sum(merged)::bigint as merged,
  sum(folded)::bigint as folded, sum(kept_elsewhere)::bigint as kept_elsewhere
from reconcile.verdict_by_check
group by workspace_id_code, phase;

comment on view reconcile.verdict_by_phase is 'One row per workspace and phase: how the checks of its objects ended.';
