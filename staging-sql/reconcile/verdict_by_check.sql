create view reconcile.verdict_by_check as
select
  workspace_id_code, phase, object_type, check_name, evidence,
  coalesce(sum(verdicts) filter (where is_whole), 0)::bigint as checks,
  coalesce(sum(fields_checked) filter (where is_whole), 0)::bigint as fields_checked,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'passed'), 0)::bigint as passed,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'failed'), 0)::bigint as failed,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'unknown'), 0)::bigint as unknown,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'shifted'), 0)::bigint as shifted,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'fallback_author'), 0)::bigint as fallback_author,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'truncated'), 0)::bigint as truncated,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'merged'), 0)::bigint as merged,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'folded'), 0)::bigint as folded,
  coalesce(sum(verdicts) filter (where is_whole and verdict = 'kept_elsewhere'), 0)::bigint as kept_elsewhere,
  coalesce(sum(verdicts) filter (where not is_whole), 0)::bigint as differing_fields
from reconcile.verdict_tally
group by workspace_id_code, phase, object_type, check_name, evidence
having sum(verdicts) <> 0;

comment on view reconcile.verdict_by_check is 'One row per workspace, phase, kind of object, check and evidence: how many checks were made and how they ended. Keys behind it: reconcile.difference.';
comment on column reconcile.verdict_by_check.checks is 'Objects that were checked.';
comment on column reconcile.verdict_by_check.fields_checked is 'Fields that were compared.';
comment on column reconcile.verdict_by_check.unknown is 'Checks without an answer: they count as failed.';
comment on column reconcile.verdict_by_check.differing_fields is 'Fields that differ, of all objects together.';
comment on column reconcile.verdict_by_check.passed is 'Checks that passed.';
comment on column reconcile.verdict_by_check.failed is 'Checks that failed.';
comment on column reconcile.verdict_by_check.shifted is 'Things at another time, as the rules say.';
comment on column reconcile.verdict_by_check.fallback_author is 'Messages in the name of the fallback teammate, as the rules say.';
comment on column reconcile.verdict_by_check.truncated is 'Values that were cut, as the rules say.';
comment on column reconcile.verdict_by_check.merged is 'Persons who share a contact, as the rules say.';
comment on column reconcile.verdict_by_check.folded is 'Messages that stand in a transcript, as the rules say.';
comment on column reconcile.verdict_by_check.kept_elsewhere is 'Values that stand in another place than their field, as the rules say.';
