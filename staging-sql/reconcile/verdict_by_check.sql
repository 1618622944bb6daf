create view reconcile.verdict_by_check as
select
  workspace_id_code, phase, object_type, check_name, evidence,
  count(*) filter (where field = '') as checks,
  sum(fields_checked) filter (where field = '') as fields_checked,
  count(*) filter (where field = '' and verdict = 'passed') as passed,
  count(*) filter (where field = '' and verdict = 'failed') as failed,
  count(*) filter (where field = '' and verdict = 'unknown') as unknown,
  count(*) filter (where field = '' and verdict = 'shifted') as shifted,
  count(*) filter (where field = '' and verdict = 'fallback_author') as fallback_author,
  count(*) filter (where field = '' and verdict = 'truncated') as truncated,
  count(*) filter (where field = '' and verdict = 'merged') as merged,
  count(*) filter (where field = '' and verdict = 'folded') as folded,
  count(*) filter (where field <> '') as differing_fields
from reconcile.verdict
group by workspace_id_code, phase, object_type, check_name, evidence;

comment on view reconcile.verdict_by_check is 'One row per workspace, phase, kind of object, check and evidence: how many checks were made and how they ended. Keys behind it: reconcile.difference.';
comment on column reconcile.verdict_by_check.checks is 'Objects that were checked.';
comment on column reconcile.verdict_by_check.fields_checked is 'Fields that were compared.';
comment on column reconcile.verdict_by_check.unknown is 'Checks without an answer: they count as failed.';
comment on column reconcile.verdict_by_check.differing_fields is 'Fields that differ, of all objects together.';
