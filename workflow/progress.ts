import type pg from 'pg';
import { type Missing, missingReadiness, remedyOf } from '../audit/readiness.ts';
import { messageOf, RefusedError } from '../platform/errors.ts';
import type { Step, StepName } from '../platform/migration-step.ts';
import { readQuery } from '../platform/query-file.ts';
import type { Settings } from '../platform/settings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { changedSince, type MappingConfirmation, readConfirmation } from '../transform/mapping/read-confirmation.ts';
import { readMappingText } from '../transform/mapping/read-mapping.ts';

const progressQuery = readQuery(import.meta.dirname, 'progress.sql');

/** What of a migration is done, by what the warehouse recorded. Times are null where the step was never done. */
interface Recorded {
  readonly workspace: string | null;
  readonly extracted_at: Date | null;
  readonly transformed_at: Date | null;
  readonly loaded_at: Date | null;
  readonly green_at: Date | null;
  readonly frozen_at: Date | null;
  readonly has_raw: boolean;
  readonly has_changed_objects: boolean;
  /** Whether it was transformed under the mapping that was confirmed last. */
  readonly is_transformed: boolean;
  readonly is_sample_accepted: boolean;
  readonly is_load_unfinished: boolean;
  /** Whether a load of everything ended and was not taken back since. */
  readonly is_loaded: boolean;
  /** Whether objects could not be loaded that nobody accepted: each start of the load stops behind their phase. */
  readonly has_failures: boolean;
  /** Whether nothing was transformed since that load. */
  readonly is_load_current: boolean | null;
  /** Whether a reconciliation since that load was green. */
  readonly is_reconciled: boolean;
  /** Whether the last reconciliation since that load was not: to start it once more ends the same until somebody acts. */
  readonly has_differences: boolean;
  /** What the last freeze found, if it came after the last read of iTop. */
  readonly is_frozen: boolean | null;
  /** Whether every conversation was read back since that freeze, and the reconciliation was green. */
  readonly is_proved: boolean | null;
}

/** The steps of a migration in their order, and the next one. */
export interface Progress {
  readonly steps: readonly Step[];
  readonly next: string;
}

type UsedSettings = Pick<Settings, 'mapping' | 'audit' | 'intercom'>;

/**
 * Which steps of a migration are done, and which is next: the one place that says so, for `status`, the console, and every command
 * whose next step depends on how far the migration is.
 *
 * It reads the warehouse and the mapping file only. Without `workspaceIdCode` it is that of the workspace seen last, or for which
 * something was confirmed last.
 */
export async function readProgress(pool: pg.Pool, settings: UsedSettings, workspaceIdCode?: string): Promise<Progress> {
  const recorded = await readRecorded(pool, workspaceIdCode);
  const idCode = recorded.workspace ?? '';
  const confirmed = await readConfirmation(pool, idCode);
  const steps = [
    ...stepsOfPlan(recorded, confirmed, settings),
    ...(await signedSteps(pool, idCode, settings)),
    await sampleStep(pool, recorded, confirmed),
    ...stepsOfLoad(recorded),
  ];
  // After a freeze the proof covers what a reconciliation would.
  const isFreezeKnown = recorded.is_frozen !== null;
  const next = steps.find((step) => step.state === 'open' && !(isFreezeKnown && step.name === 'reconcile'));
  return { steps, next: next?.next ?? 'itop-to-intercom report, then as docs/cutover.md says' };
}

function stepsOfPlan(
  recorded: Recorded,
  confirmed: MappingConfirmation | undefined,
  settings: UsedSettings,
): readonly Step[] {
  const unmapped = missingDecision(confirmed, settings);
  const isTransformed = recorded.is_transformed && !recorded.has_changed_objects;
  return [
    step('extract', recorded.has_raw, recorded.extracted_at, 'itop-to-intercom extract'),
    confirmed?.fingerprint === 'rehearsal'
      ? waived('map', confirmed.at, confirmed.by, ofRehearsal)
      : {
          ...step('map', unmapped === undefined, confirmed?.at ?? null, unmapped ?? 'itop-to-intercom map check'),
          by: unmapped === undefined ? (confirmed?.by ?? null) : null,
        },
    step('transform', isTransformed, recorded.transformed_at, 'itop-to-intercom transform'),
  ];
}

/** Why a rehearsal goes on without what only a person can do. */
const ofRehearsal = 'a rehearsal goes on without it';

/** What a person signs, and a load asks for: in the order in which it is done. */
async function signedSteps(pool: pg.Pool, idCode: string, { audit }: UsedSettings): Promise<readonly Step[]> {
  const missing = new Map<string, Missing>(
    (await missingReadiness(pool, idCode, audit.sign_off_days)).map((one) => [one.subject, one]),
  );
  const signatures = await warehouse(pool)
    .selectFrom('ops.confirmation')
    .select(['subject', 'confirmed_by', 'confirmed_at', 'fingerprint'])
    .where('workspace_id_code', '=', idCode)
    .execute();
  return (['audit', 'setup', 'silence'] as const).map((name) => {
    const signed = signatures.find(({ subject }) => subject === name);
    const lacking = missing.get(name) ?? { subject: name, ageDays: null };
    if (signed?.fingerprint === 'rehearsal' && !missing.has(name))
      return waived(name, signed.confirmed_at, signed.confirmed_by, ofRehearsal);
    const done = step(name, !missing.has(name), signed?.confirmed_at ?? null, remedyOf(lacking));
    return { ...done, by: done.state === 'done' ? (signed?.confirmed_by ?? null) : null };
  });
}

async function sampleStep(
  pool: pg.Pool,
  recorded: Recorded,
  confirmed: MappingConfirmation | undefined,
): Promise<Step> {
  const accepted = await warehouse(pool)
    .selectFrom('ops.sample_acceptance')
    .select(['accepted_at', 'accepted_by', 'waiver_reason'])
    .orderBy('acceptance_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const next = 'itop-to-intercom sample, then load';
  if (recorded.is_sample_accepted && accepted !== undefined) {
    return accepted.waiver_reason === null
      ? { ...step('sample', true, accepted.accepted_at, next), by: accepted.accepted_by }
      : waived('sample', accepted.accepted_at, accepted.accepted_by, accepted.waiver_reason);
  }
  return confirmed?.fingerprint === 'rehearsal'
    ? waived('sample', confirmed.at, confirmed.by, ofRehearsal)
    : step('sample', false, null, next);
}

function stepsOfLoad(recorded: Recorded): readonly Step[] {
  const isOld = recorded.is_loaded && !recorded.is_load_unfinished && !recorded.is_load_current;
  const isLoaded = recorded.is_loaded && !recorded.is_load_unfinished && !isOld && !recorded.has_failures;
  const afterFailures = `${inWorkList('failures')}: correct each, or accept it; then: itop-to-intercom load --changes --retry failed`;
  const afterDifferences = (reconcile: string): string =>
    recorded.has_differences ? `${inWorkList('unexplained')}: mend each, or accept it; then: ${reconcile}` : reconcile;
  const load = isOld ? 'itop-to-intercom load --changes' : 'itop-to-intercom load';
  return [
    step('load', isLoaded, recorded.loaded_at, recorded.has_failures ? afterFailures : load),
    step('reconcile', recorded.is_reconciled, recorded.green_at, afterDifferences('itop-to-intercom reconcile')),
    step(
      'freeze',
      recorded.is_frozen === true,
      recorded.frozen_at,
      recorded.is_frozen === false
        ? 'itop-to-intercom delta --full-read, then freeze again'
        : 'itop-to-intercom delta, until the switch; then as docs/cutover.md says',
    ),
    step(
      'proof',
      recorded.is_proved === true,
      recorded.green_at,
      afterDifferences('itop-to-intercom reconcile --level full'),
    ),
  ];
}

const step = (name: StepName, isDone: boolean, at: Date | null, next: string): Step => ({
  name,
  state: isDone ? 'done' : 'open',
  at: isDone ? at : null,
  by: null,
  reason: null,
  next,
});

const waived = (name: StepName, at: Date, by: string, reason: string): Step => ({
  name,
  state: 'waived',
  at,
  by,
  reason,
  next: '',
});

/** The next step where nobody decided on the mapping as it is now. */
function missingDecision(
  confirmed: MappingConfirmation | undefined,
  { mapping: { file }, intercom }: UsedSettings,
): string | undefined {
  if (confirmed?.fingerprint === 'rehearsal') return undefined;
  try {
    if (confirmed !== undefined && changedSince(confirmed, file) === undefined) return undefined;
    if (readMappingText(file) === undefined) return 'itop-to-intercom map propose';
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return `make ${file} readable (${messageOf(error.cause)}), then: itop-to-intercom status`;
  }
  // A mapping is confirmed for a workspace.
  return intercom === undefined ? 'configure Intercom, then: itop-to-intercom map check' : 'itop-to-intercom map check';
}

async function readRecorded(pool: pg.Pool, workspaceIdCode: string | undefined): Promise<Recorded> {
  const { rows } = await pool.query<Recorded>(progressQuery, [workspaceIdCode ?? null]);
  const [row] = rows;
  if (row === undefined) throw new Error('A query of one row gave none.');
  return row;
}
