import { existsSync } from 'node:fs';
import type pg from 'pg';
import { missingReadiness, remedyOf } from '../audit/readiness.ts';
import type { Settings } from '../platform/settings.ts';
import { changedSince, readConfirmation } from '../transform/mapping/read-confirmation.ts';

/** What of a migration is done, by what the warehouse recorded. Times are null where the step was never done. */
interface Progress {
  readonly workspace: string | null;
  readonly has_raw: boolean;
  readonly has_changed_objects: boolean;
  readonly is_transformed: boolean;
  readonly is_sample_accepted: boolean;
  readonly is_load_unfinished: boolean;
  /** Whether a load ended and was not taken back since. */
  readonly is_loaded: boolean;
  /** Whether nothing was transformed since that load. */
  readonly is_load_current: boolean | null;
  readonly is_reconciled: boolean;
  /** What the last freeze found, if it came after the last read of iTop. */
  readonly is_frozen: boolean | null;
  /** Whether every conversation was read back since that freeze. */
  readonly is_proved: boolean | null;
}

/**
 * The next step of a migration, as words that begin with the command: the one place that says so, for every command whose next
 * step depends on how far the migration is.
 *
 * It reads the warehouse and the mapping file only. Without `workspaceIdCode` it is that of the workspace seen last.
 */
export async function nextStepOf(
  pool: pg.Pool,
  settings: Pick<Settings, 'mapping' | 'audit'>,
  workspaceIdCode?: string,
): Promise<string> {
  const done = await readProgress(pool, workspaceIdCode);
  if (!done.has_raw) return 'itop-to-intercom extract';
  const idCode = done.workspace ?? '';
  const unmapped = await missingDecision(pool, idCode, settings.mapping.file);
  if (unmapped !== undefined) return unmapped;
  if (!done.is_transformed || done.has_changed_objects) return 'itop-to-intercom transform';
  if (done.workspace === null) return 'configure Intercom, then: itop-to-intercom audit';
  const [missing] = await missingReadiness(pool, idCode, settings.audit.sign_off_days);
  if (missing !== undefined) return remedyOf(missing);
  // In a rehearsal nobody looks at a sample.
  const mapping = await readConfirmation(pool, idCode);
  if (!done.is_sample_accepted && mapping?.fingerprint !== 'rehearsal') return 'itop-to-intercom sample, then load';
  if (!done.is_loaded || done.is_load_unfinished) return 'itop-to-intercom load';
  if (!done.is_load_current) return 'itop-to-intercom load --changes';
  if (done.is_frozen === false) return 'itop-to-intercom delta --full-read, then freeze again';
  if (done.is_frozen === true) {
    return done.is_proved
      ? 'itop-to-intercom report, then as docs/cutover.md says'
      : 'itop-to-intercom reconcile --level full';
  }
  return done.is_reconciled
    ? 'itop-to-intercom delta, until the switch; then as docs/cutover.md says'
    : 'itop-to-intercom reconcile';
}

/** The next step where nobody decided on the mapping as it is now. */
async function missingDecision(pool: pg.Pool, workspaceIdCode: string, file: string): Promise<string | undefined> {
  const confirmed = await readConfirmation(pool, workspaceIdCode);
  if (confirmed?.fingerprint === 'rehearsal') return undefined;
  if (confirmed !== undefined && changedSince(confirmed, file) === undefined) return undefined;
  return existsSync(file) ? 'itop-to-intercom map check' : 'itop-to-intercom map propose';
}

async function readProgress(pool: pg.Pool, workspaceIdCode: string | undefined): Promise<Progress> {
  const { rows } = await pool.query<Progress>(
    `with workspace as (
       select coalesce($1, (select workspace_id_code from load.workspace order by seen_at desc limit 1)) as id_code
     ), done as (
       select r.command, max(r.ended_at) as at
       from ops.run r, workspace w
       where r.state = 'done' and coalesce(r.workspace_id_code, w.id_code) is not distinct from w.id_code
       group by r.command
     ), last as (
       select (select max(started_at) from ops.run where state = 'done' and command like 'extract%') as extracted,
              (select max(refreshed_at) from ops.materialised) as transformed,
              (select at from done where command = 'load') as loaded,
              (select at from done where command = 'rollback') as taken_back,
              (select at from done where command = 'reconcile') as reconciled,
              (select at from done where command = 'freeze') as frozen
     )
     select w.id_code as workspace,
            exists (select from raw.head) as has_raw,
            exists (select from ops.changed_object) as has_changed_objects,
            exists (select from ops.materialised where relation = 'intercom.conversation') as is_transformed,
            coalesce((select fingerprint = ops.mapping_fingerprint() from ops.sample_acceptance
                      order by acceptance_id desc limit 1), false) as is_sample_accepted,
            coalesce((select state = 'running' or (outcome ->> 'isStopped')::boolean from ops.run
                      where command = 'load' and workspace_id_code = w.id_code order by run_id desc limit 1), false)
              as is_load_unfinished,
            coalesce(l.loaded > coalesce(l.taken_back, '-infinity'), false) as is_loaded,
            l.loaded > l.transformed as is_load_current,
            coalesce(l.reconciled > l.loaded, false) as is_reconciled,
            case when l.frozen > l.extracted
              then (select (outcome ->> 'isFrozen')::boolean from ops.run
                    where command = 'freeze' and state = 'done' and workspace_id_code = w.id_code order by ended_at desc limit 1)
            end as is_frozen,
            exists (select from ops.run where command = 'read back' and state = 'done' and workspace_id_code = w.id_code
                    and outcome ->> 'level' = 'full' and ended_at > greatest(l.frozen, l.loaded)) and l.reconciled > l.frozen as is_proved
     from workspace w, last l`,
    [workspaceIdCode ?? null],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('A query of one row gave none.');
  return row;
}
