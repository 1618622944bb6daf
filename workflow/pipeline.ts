import { resolve } from 'node:path';
import { sql } from 'kysely';
import { requireReadiness } from '../audit/readiness.ts';
import { runAudit } from '../audit/run-audit.ts';
import { hasReached } from '../extract/delta/watermarks.ts';
import { openBroker } from '../extract/landing/open-broker.ts';
import { verifyRaw } from '../extract/landing/verify-raw.ts';
import { loginWhenThere } from '../extract/reader/outage-retry.ts';
import { runExtract } from '../extract/run-extract.ts';
import { openFiles } from '../extract/sources/files/open-files.ts';
import { searchLagBound } from '../intercom/probes.ts';
import { checkItopLogin } from '../itop/configured.ts';
import type { Adopted } from '../load/adopt.ts';
import { objectKinds } from '../load/phases.ts';
import { type LoadResult, runAdopt, runLoad } from '../load/run-load.ts';
import { FailedError } from '../platform/errors.ts';
import { withLease } from '../platform/lease.ts';
import { canBeAsked, requireIntercom, requireItop } from '../platform/settings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { lookAgain } from '../reconcile/look-again.ts';
import { passGate, passStagingGate } from '../reconcile/pass-gate.ts';
import { reportPhases } from '../reconcile/report/phase-report.ts';
import { type Reconciliation, runReconcile } from '../reconcile/run-reconcile.ts';
import { readUnexplained, type Unexplained } from '../reconcile/unexplained.ts';
import { applyViews } from '../transform/apply-views.ts';
import { verifyStaging } from '../transform/check-staging.ts';
import { requireConfirmedMapping } from '../transform/mapping/require-confirmed.ts';
import { runTransform, type TransformOutcome } from '../transform/run-transform.ts';
import { requireAcceptedSample } from '../transform/sample/accept-sample.ts';
import { blobsOf } from './blobs-of.ts';
import type { CommandContext } from './command-context.ts';
import { inRun, inWorkspace, workspaceIdCodeOf } from './in-run.ts';
import { intercomOf } from './intercom-of.ts';
import { withoutCulprits } from './without-culprits.ts';

export type AuditOutcome = Awaited<ReturnType<typeof runAudit>>;
export type ExtractOutcome = Awaited<ReturnType<typeof runExtract>>;

/** Reads both sides and says what would go wrong; changes nothing on either. */
export async function audit({ settings, database, signal }: CommandContext): Promise<AuditOutcome> {
  const intercom = settings.intercom === undefined ? undefined : intercomOf(settings);
  try {
    // What was landed is read through the views of staging, also before the first transform.
    await applyViews(database.pool);
    return await runAudit({
      ...(settings.itop !== undefined && !canBeAsked(settings.itop) ? {} : { itop: requireItop(settings) }),
      pool: database.pool,
      signal,
      expectations: {
        residency: settings.intercom?.residency,
        plan: settings.intercom?.plan,
        fallbackTeammate: settings.intercom?.fallback_teammate,
      },
      ...(settings.snooze.until === undefined ? {} : { snoozeUntil: settings.snooze.until }),
      ...(intercom === undefined ? {} : { intercom }),
    });
  } finally {
    await intercom?.close();
  }
}

/** iTop into raw, through the topics: everything, or what changed since the last complete extraction. */
export async function extract(
  context: CommandContext,
  { isDelta = false, ...windows }: { readonly isDelta?: boolean; readonly chunkByDate?: string } = {},
): Promise<ExtractOutcome> {
  const { settings, database, progress, signal } = context;
  const itop = requireItop(settings);
  // Before a run is opened: a wrong address or account leaves nothing unfinished behind.
  await loginWhenThere(() => checkItopLogin(itop, signal), { maxOutageMs: itop.max_outage_ms, signal });
  const files = await openFiles(settings);
  const broker = await openBroker(settings.kafka.brokers, database.pool, files.store);
  try {
    return await inRun<ExtractOutcome>(
      context,
      isDelta ? 'extract --delta' : 'extract',
      { 'iTop address': itop.url, 'iTop account': itop.user, broker: broker.id },
      undefined,
      (run) =>
        runExtract({
          settings: itop,
          pool: database.pool,
          broker,
          run,
          progress,
          signal,
          files,
          isDelta,
          ...windows,
        }),
    );
  } finally {
    await broker.close();
  }
}

/** Views, materialised relations and rendered bodies. */
export function transform({ settings, database, progress }: CommandContext): Promise<TransformOutcome> {
  return runTransform(database.pool, settings, progress);
}

export interface LoadOptions {
  /** Also bring up to date what is loaded and changed since. */
  readonly changes?: boolean;
  /** Failures of a phase that do not close its gate. */
  readonly maxFailures?: number;
  readonly stopAfter?: number;
  readonly retry?: 'failed';
  /** Ref or source key of the one thing to load. */
  readonly only?: string;
  /** Load only the sample, into a workspace of its own. */
  readonly sample?: boolean;
}

export interface LoadOutcome extends LoadResult {
  /** Whether it was about one thing, or the sample, alone. */
  readonly isPartial: boolean;
  /** What in the phases of the load is not explained, of earlier loads too; what is pending is none of it. */
  readonly unexplained: readonly Unexplained[];
}

/** The warehouse into Intercom. */
export async function load(context: CommandContext, options: LoadOptions): Promise<LoadOutcome> {
  const { settings, database, progress, signal } = context;
  // Before a run is opened: a refusal leaves nothing unfinished behind.
  const workspaceIdCode = await workspaceIdCodeOf(context);
  await requireReadiness(database.pool, workspaceIdCode, settings.audit.sign_off_days);
  const confirmed = await requireConfirmedMapping(database.pool, workspaceIdCode, settings.mapping.file);
  if (confirmed === 'confirmed' && options.sample !== true) await requireAcceptedSample(database.pool);
  // In a run of its own, which ends: what a refusal asks to correct changes the fingerprint.
  await verifyWarehouse(context, workspaceIdCode, options.changes === true ? 'staging' : 'raw and staging');
  await passStagingGate(database.pool, workspaceIdCode);
  const intercomSettings = requireIntercom(settings);
  const searchLagMs = await searchLagBound(database.pool, workspaceIdCode, intercomSettings.search_lag_ms);
  const { beforePhase, end } = reportPhases(
    database.pool,
    resolve(settings.report.directory, workspaceIdCode),
    (idCode, phase) => passGate(database.pool, idCode, phase, options.maxFailures),
  );
  return inWorkspace(context, 'load', async (intercom, run) => {
    const result = await runLoad({
      settings: { ...intercomSettings, search_lag_ms: searchLagMs },
      pool: database.pool,
      intercom,
      blobs: await blobsOf(settings),
      run,
      progress,
      signal,
      isRetryingFailed: options.retry === 'failed',
      withChanges: options.changes === true,
      only: options.only,
      isSampleOnly: options.sample === true,
      beforePhase,
      beforeEnd: (paced, idCode) =>
        lookAgain({
          kinds: objectKinds,
          pool: database.pool,
          intercom: paced,
          workspaceIdCode: idCode,
          runId: run.runId,
          inFlight: intercomSettings.in_flight,
          signal,
        }),
      ...(options.stopAfter === undefined ? {} : { stopAfter: options.stopAfter }),
    });
    await end();
    const gates = { workspaceIdCode, onlyGates: true, maxFailures: options.maxFailures ?? 0 };
    const isPartial = options.only !== undefined || options.sample === true;
    return { ...result, isPartial, unexplained: await readUnexplained(database.pool, gates) };
  });
}

/** Makes what is in Intercom known again to a database that does not know it. */
export function adopt(context: CommandContext): Promise<Adopted> {
  const { settings, database, progress, signal } = context;
  return inWorkspace(context, 'load adopt', (intercom, run) =>
    runAdopt({ settings: requireIntercom(settings), pool: database.pool, intercom, run, progress, signal }),
  );
}

/**
 * Verdicts on what is to be loaded: the tests over the staging relations, and, which reads the whole of raw, whether raw is
 * what was landed.
 */
function verifyWarehouse(
  context: CommandContext,
  workspaceIdCode: string,
  what: 'raw and staging' | 'staging',
): Promise<object> {
  // Without a fingerprint: a check that was killed may be continued under any configuration.
  return inRun(context, 'check', {}, workspaceIdCode, async (run) => {
    const of = { workspaceIdCode, runId: run.runId };
    if (what === 'raw and staging') await verifyRaw(context.database.pool, of);
    await verifyStaging(context.database.pool, of);
    return { what };
  });
}

/** What became of every object. */
export async function reconcile(
  context: CommandContext,
  { isVerified = false }: { readonly isVerified?: boolean } = {},
): Promise<Reconciliation> {
  const { database, settings, signal } = context;
  return inWorkspace(context, 'reconcile', async (intercom, run, workspaceIdCode) => {
    const { pool } = database;
    const { in_flight: inFlight } = requireIntercom(settings);
    await lookAgain({ kinds: objectKinds, pool, intercom, workspaceIdCode, runId: run.runId, inFlight, signal });
    if (!isVerified) await verifyWarehouse(context, workspaceIdCode, 'raw and staging');
    return runReconcile({ pool, workspaceIdCode, runId: run.runId, onlyChanged: isVerified });
  });
}

export interface DeltaOutcome {
  readonly workspaceIdCode: string;
  readonly changedObjects: number;
  readonly written: number;
  readonly changed: number;
  readonly linked: number;
  readonly failed: number;
  /** Fields whose value in Intercom was kept because somebody edited it, of all deltas so far. */
  readonly keptEdits: number;
  /** Objects that iTop could not give, by class and id: the next delta asks for them again. */
  readonly unread: readonly string[];
  /** Without the failures that `delta.max_failures` tolerates, and without what a freeze found before this delta read iTop again. */
  readonly unexplained: readonly Unexplained[];
  /** Whether a freeze found differences before: only the next one can say whether they are gone. */
  readonly isFreezeOutdated: boolean;
  readonly isGreen: boolean;
}

/**
 * Everything that changed in iTop, through all stages, under a lease: a second one at once is refused, and takes the place of one that
 * was stopped for longer than its lease lasts. iTop is read whole
 * where that is asked for, and before the first complete extraction.
 */
export function delta(
  unlocked: CommandContext,
  { isFullRead = false }: { readonly isFullRead?: boolean } = {},
): Promise<DeltaOutcome> {
  const { pool } = unlocked.database;
  const lease = { name: 'delta', leaseMs: unlocked.settings.database.lease_ms };
  return withLease(pool, lease, async (lost) => {
    const context = { ...unlocked, signal: AbortSignal.any([unlocked.signal, lost]) };
    const extracted = await extract(context, { isDelta: !isFullRead && (await hasReached(pool)) });
    const blockers = extracted.findings.filter(({ severity }) => severity === 'blocker');
    // One object that iTop cannot give stops nobody else: the next delta asks for it again.
    const unread = blockers.map(({ subject }) => subject).filter((subject) => subject.includes('::'));
    if (blockers.length > unread.length && !context.signal.aborted) {
      throw new FailedError('iTop could not be read completely: nothing was loaded.', {
        stage: 'delta',
        nextStep: 'See the blockers with: itop-to-intercom extract',
        isRetriable: true,
      });
    }
    goOn(context.signal);
    const changed = await warehouse(pool)
      .selectFrom('ops.changed_object')
      .select(sql<number>`count(distinct source_key)::integer`.as('count'))
      .execute();
    await transform(context);
    goOn(context.signal);
    const { max_failures: maxFailures } = context.settings.delta;
    const loaded = await withoutCulprits(context, () => load(context, { changes: true, maxFailures }));
    goOn(context.signal);
    await withoutCulprits(context, () => reconcile(context, { isVerified: true }));
    const { workspaceIdCode } = loaded;
    const differences = await readUnexplained(pool, { workspaceIdCode, maxFailures });
    const unexplained = differences.filter(({ phase }) => phase !== 'freeze');
    const sum = (name: 'written' | 'changed' | 'linked' | 'failed' | 'blocked' | 'uncertain') =>
      loaded.phases.reduce((total, phase) => total + phase[name], 0);
    const kept = await warehouse(pool)
      .selectFrom('load.kept_edit')
      .select(sql<number>`count(*)::integer`.as('count'))
      .where('workspace_id_code', '=', workspaceIdCode)
      .execute();
    const failed = sum('failed') + sum('blocked') + sum('uncertain');
    return {
      workspaceIdCode,
      changedObjects: changed[0]?.count ?? 0,
      written: sum('written'),
      changed: sum('changed'),
      linked: sum('linked'),
      failed,
      keptEdits: kept[0]?.count ?? 0,
      unread: [...new Set(unread)],
      unexplained,
      isFreezeOutdated: differences.length > unexplained.length,
      isGreen: unexplained.length === 0 && unread.length === 0,
    };
  });
}

/** Ends a chain of stages between two of them when a person interrupted it. */
function goOn(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new FailedError('Interrupted.', {
    stage: 'delta',
    nextStep: 'Start it again: it continues where it stopped.',
    isRetriable: true,
  });
}
