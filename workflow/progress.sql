-- What of a migration is done, by what was recorded. $1: workspace; null for the one that was seen last, or for which something was confirmed
-- last.
with seen as (
  select workspace_id_code, seen_at as at from load.workspace
  union all
  select workspace_id_code, confirmed_at from ops.confirmation
), workspace as (
  select coalesce($1, (select workspace_id_code from seen order by at desc limit 1)) as id_code
), run as (
  -- A load of one thing, or of the sample, is no step of the migration.
  select r.run_id, r.command, r.state, r.ended_at, r.outcome
  from ops.run r, workspace w
  where coalesce(r.workspace_id_code, w.id_code) is not distinct from w.id_code
    and not (r.command = 'load' and coalesce((r.outcome ->> 'isPartial')::boolean, false))
), done as (
  select command, max(ended_at) as at from run where state = 'done' group by command
), latest as (
  select distinct on (command) command, ended_at as at, outcome from run where state = 'done' order by command, ended_at desc
), found as (
  -- What a freeze found only the next one can clear.
  select l.at, exists (select from jsonb_array_elements(l.outcome -> 'unexplained') as one
                       where one ->> 'phase' is distinct from 'freeze') as is_red
  from latest l where l.command = 'reconcile'
), last as (
  select (select max(started_at) from ops.run where state = 'done' and command like 'extract%') as extracted,
         (select max(refreshed_at) from ops.materialised) as transformed,
         (select at from done where command = 'load') as loaded,
         (select at from done where command = 'rollback') as taken_back,
         (select at from found where not is_red) as green,
         (select at from done where command = 'freeze') as frozen
)
select w.id_code as workspace,
       (select max(ended_at) from ops.run where state = 'done' and command like 'extract%') as extracted_at,
       l.transformed as transformed_at, l.loaded as loaded_at, l.green as green_at, l.frozen as frozen_at,
       exists (select from raw.head) as has_raw,
       exists (select from ops.changed_object) as has_changed_objects,
       exists (select from ops.materialised where relation = 'intercom.conversation' and refreshed_at > coalesce((
         select max(confirmed_at) from ops.mapping_confirmation where workspace_id_code = w.id_code), '-infinity')) as is_transformed,
       coalesce((select fingerprint = ops.mapping_fingerprint() from ops.sample_acceptance
                 order by acceptance_id desc limit 1), false) as is_sample_accepted,
       coalesce((select state = 'running' or (outcome ->> 'isStopped')::boolean from run
                 where command = 'load' order by run_id desc limit 1), false) as is_load_unfinished,
       coalesce(l.loaded > coalesce(l.taken_back, '-infinity'), false) as is_loaded,
       exists (select from reconcile.load_error e
               where e.workspace_id_code = w.id_code and e.state = 'failed' and not e.is_accepted) as has_failures,
       l.loaded > l.transformed as is_load_current,
       coalesce(l.green > l.loaded, false) as is_reconciled,
       exists (select from found where is_red and at > l.loaded) as has_differences,
       case when l.frozen > l.extracted
         then (select (outcome ->> 'isFrozen')::boolean from latest where command = 'freeze') end as is_frozen,
       exists (select from run where command = 'read back' and state = 'done'
               and outcome ->> 'level' = 'full' and ended_at > greatest(l.frozen, l.loaded)) and l.green > l.frozen as is_proved
from workspace w, last l
