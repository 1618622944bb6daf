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
comment on column reconcile.verdict_by_phase.checks is 'Things that were checked, one for each check.';
comment on column reconcile.verdict_by_phase.fields_checked is 'Fields that were compared.';
comment on column reconcile.verdict_by_phase.passed is 'Checks that passed.';
comment on column reconcile.verdict_by_phase.failed is 'Checks that failed.';
comment on column reconcile.verdict_by_phase.unknown is 'Checks without an answer: they count as failed.';
comment on column reconcile.verdict_by_phase.shifted is 'Things at another time, as the rules say.';
comment on column reconcile.verdict_by_phase.fallback_author is 'Messages in the name of the fallback teammate, as the rules say.';
comment on column reconcile.verdict_by_phase.truncated is 'Values that were cut, as the rules say.';
comment on column reconcile.verdict_by_phase.merged is 'Persons who share a contact, as the rules say.';
comment on column reconcile.verdict_by_phase.folded is 'Messages that stand in a transcript, as the rules say.';
comment on column reconcile.verdict_by_phase.kept_elsewhere is 'Values that stand in another place than their field, as the rules say.';
