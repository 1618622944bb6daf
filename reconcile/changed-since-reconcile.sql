-- Source keys of what was landed or fetched since the reconciliation before; null, which stands for all, before the first one, where another
-- mapping was confirmed since, and while an attribute is pending. $1: workspace; $2: this run; $3: name of the check.
with before as (
  -- An hour earlier: what was landed in a transaction that was still open then was not seen.
  select max(started_at) - interval '1 hour' as began_at from ops.run
  where command = 'reconcile' and workspace_id_code = $1 and state = 'done' and run_id <> $2
)
select case when began_at is not null and not exists (
    select from reconcile.verdict
    where workspace_id_code = $1 and phase = 'reconcile' and check_name = $3 and verdict = 'failed')
    and not exists (select from ops.confirmation where subject = 'mapping' and confirmed_at > began_at)
  then array(
    select source_key from staging.landed_object where landed_at > began_at
    union
    select source_key from staging.blob_source where fetched_at > began_at)
  end as keys
from before
