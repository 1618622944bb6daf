import { existsSync } from 'node:fs';
import type pg from 'pg';
import { missingReadiness, remedyOf } from '../audit/readiness.ts';
import { messageOf } from '../platform/errors.ts';
import { readQuery } from '../platform/query-file.ts';
import type { Settings } from '../platform/settings.ts';
import { changedSince, readConfirmation } from '../transform/mapping/read-confirmation.ts';

const progressQuery = readQuery(import.meta.dirname, 'next-step.sql');

/** What of a migration is done, by what the warehouse recorded. Times are null where the step was never done. */
interface Progress {
  readonly workspace: string | null;
  readonly has_raw: boolean;
  readonly has_changed_objects: boolean;
  /** Whether it was transformed under the mapping that was confirmed last. */
  readonly is_transformed: boolean;
  readonly is_sample_accepted: boolean;
  readonly is_load_unfinished: boolean;
  /** Whether a load of everything ended and was not taken back since. */
  readonly is_loaded: boolean;
  /** Whether nothing was transformed since that load. */
  readonly is_load_current: boolean | null;
  /** Whether a reconciliation since that load was green. */
  readonly is_reconciled: boolean;
  /** What the last freeze found, if it came after the last read of iTop. */
  readonly is_frozen: boolean | null;
  /** Whether every conversation was read back since that freeze, and the reconciliation was green. */
  readonly is_proved: boolean | null;
}

/**
 * The next step of a migration, as words that begin with the command: the one place that says so, for every command whose next
 * step depends on how far the migration is.
 *
 * It reads the warehouse and the mapping file only. Without `workspaceIdCode` it is that of the workspace seen last, or for which something was
 * confirmed last.
 */
export async function nextStepOf(
  pool: pg.Pool,
  settings: Pick<Settings, 'mapping' | 'audit' | 'intercom'>,
  workspaceIdCode?: string,
): Promise<string> {
  const done = await readProgress(pool, workspaceIdCode);
  if (!done.has_raw) return 'itop-to-intercom extract';
  const idCode = done.workspace ?? '';
  const unmapped = await missingDecision(pool, idCode, settings);
  if (unmapped !== undefined) return unmapped;
  if (!done.is_transformed || done.has_changed_objects) return 'itop-to-intercom transform';
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
async function missingDecision(
  pool: pg.Pool,
  workspaceIdCode: string,
  { mapping: { file }, intercom }: Pick<Settings, 'mapping' | 'intercom'>,
): Promise<string | undefined> {
  const confirmed = await readConfirmation(pool, workspaceIdCode);
  if (confirmed?.fingerprint === 'rehearsal') return undefined;
  try {
    if (confirmed !== undefined && changedSince(confirmed, file) === undefined) return undefined;
  } catch (error) {
    return `make ${file} readable (${messageOf(error)}), then: itop-to-intercom status`;
  }
  if (!existsSync(file)) return 'itop-to-intercom map propose';
  // A mapping is confirmed for a workspace.
  return intercom === undefined ? 'configure Intercom, then: itop-to-intercom map check' : 'itop-to-intercom map check';
}

async function readProgress(pool: pg.Pool, workspaceIdCode: string | undefined): Promise<Progress> {
  const { rows } = await pool.query<Progress>(progressQuery, [workspaceIdCode ?? null]);
  const [row] = rows;
  if (row === undefined) throw new Error('A query of one row gave none.');
  return row;
}
