import type pg from 'pg';
import type { Call } from '../intercom/call.ts';
import type { Intercom } from '../intercom/client.ts';
import { notifiedAtTells, probeAnswer, requestLimit, type SeenBehaviour, seenBehaviour } from '../intercom/probes.ts';
import { openSharedPace } from '../intercom/shared-pace.ts';
import { type AdminFacts, identifyAdmin, listAdmins, listTeams, type WorkspaceFacts } from '../intercom/workspace.ts';
import { recordWorkspace } from '../intercom/workspace-record.ts';
import { inTransaction } from '../platform/database.ts';
import { RefusedError } from '../platform/errors.ts';
import { recordIdentities } from '../platform/identity.ts';
import { openJournal } from '../platform/journal.ts';
import { requireLease } from '../platform/process-lease.ts';
import type { Progress } from '../platform/progress.ts';
import type { Run } from '../platform/run-record.ts';
import type { IntercomSettings } from '../platform/settings.ts';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { writeVerdicts } from '../platform/verdict-writer.ts';
import { type Adopted, adopt } from './adopt.ts';
import { readExistingPolicy } from './desired-state/existing-policy.ts';
import { type Abort, createAbort } from './engine/abort.ts';
import { admitWorkspace } from './engine/admit-workspace.ts';
import { type CallMeter, meterCalls } from './engine/call-meter.ts';
import { keysOf, keysOfSample } from './engine/chosen-keys.ts';
import { releaseClaims } from './engine/claims.ts';
import type { Blobs, LoadContext, LostCalls, RetryPolicy } from './engine/context.ts';
import { stoppedError } from './engine/failure.ts';
import { openWatch, type Watch } from './engine/halt-and-pause.ts';
import { createOutcomeWriter } from './engine/outcomes.ts';
import type { Choice, PhaseCounts } from './engine/phase.ts';
import { createSemaphore } from './engine/semaphore.ts';
import { type Sender, send } from './engine/send.ts';
import { storeTeammates } from './engine/store-teammates.ts';
import { turns } from './phases.ts';

export interface LoadRequest {
  readonly settings: Pick<
    IntercomSettings,
    'in_flight' | 'search_lag_ms' | 'reserve_share' | 'fallback_teammate' | 'body_limit_bytes' | 'assign_closed'
  >;
  readonly pool: pg.Pool;
  /** Unpaced: the load paces it with the other processes of the workspace. */
  readonly intercom: Intercom;
  readonly run: Pick<Run, 'runId' | 'lease'>;
  readonly progress: Progress;
  /** Where the bytes of files lie; without it no conversation with files can be loaded. */
  readonly blobs?: Blobs | undefined;
  /** Aborting it ends the load between two calls; starting it again goes on. */
  readonly signal?: AbortSignal;
  /** Load only what a ref or source key names, and what that needs. */
  readonly only?: string | undefined;
  /** Load only the sample (`ops.sample`), and what it needs. */
  readonly isSampleOnly?: boolean;
  /** Stop after so many objects were written or linked. */
  readonly stopAfter?: number;
  /** Try again what was refused before although it did not change. */
  readonly isRetryingFailed?: boolean;
  /** Also bring up to date what is loaded and changed in the source since (RULES D1-D4). */
  readonly withChanges?: boolean;
  readonly retry?: RetryPolicy;
  /** Asked before each phase; what it throws ends the load with nothing of the phase sent (invariant 7). */
  readonly beforePhase?: (workspaceIdCode: string, phase: string) => Promise<void>;
  /** Called once everything was tried, with the load's own share of the rate limit: looks again for what was repeated. */
  readonly beforeEnd?: (intercom: Intercom, workspaceIdCode: string) => Promise<void>;
}

export interface LoadResult {
  readonly workspaceIdCode: string;
  readonly phases: readonly ({ readonly phase: string } & PhaseCounts)[];
  /** Calls without an answer, and how long objects waited until these could be looked up; both 0 in an undisturbed load. */
  readonly lostCalls: LostCalls;
  /** True when the load ended before everything was tried. */
  readonly isStopped: boolean;
}

const noBlobs: Blobs = {
  has: () => Promise.resolve(false),
  open: () => Promise.reject(new Error('There is no blob store.')),
};

const defaultRetry: RetryPolicy = { attempts: 7, firstWaitMs: 250 };

/**
 * Drains the relations of `intercom.*` into the workspace, phase by phase. What `load.identity` holds is never sent again, so
 * that repeating a load creates nothing twice, and continuing a killed one ends in the state of an undisturbed one.
 *
 * Throws RefusedError when the workspace is not the run's or nobody confirmed it; FailedError when something stopped
 * everything (a refused token, a bot that answers, servers that fail). Records that fail are in `load.outcome`.
 */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const { pool, run } = request;
  const abort = createAbort(request.signal);
  const { context, meter, watch } = await enterWorkspace(request, abort).catch((error: unknown) => {
    // An alarm may come before the first phase.
    throw abort.reason === undefined ? error : stoppedError(abort.reason);
  });
  const only = await chosenKeys(request);
  const choice: Choice = { isRetryingFailed: request.isRetryingFailed ?? false, only };
  const withChanges = request.withChanges ?? false;
  const outcomes = createOutcomeWriter(pool, context.workspaceIdCode, run.runId);
  const phases: ({ phase: string } & PhaseCounts)[] = [];
  let loaded = 0;
  const onLoaded = () => {
    loaded += 1;
    if (request.stopAfter !== undefined && loaded >= request.stopAfter) abort.enough();
  };
  let alarm: Promise<void> | undefined;
  abort.signal.addEventListener('abort', () => {
    // At once: calls that are on the way may take their time, the other processes must not.
    alarm = watch.raise(abort.reason).catch(() => undefined);
  });
  try {
    const all = turns();
    for (const turn of all) await turn.forget(context);
    for (const turn of all) {
      if (abort.signal.aborted) break;
      await request.beforePhase?.(context.workspaceIdCode, turn.source.name);
      const total = await turn.count(context, choice, withChanges);
      const progress = request.progress.step(`load ${turn.source.name}`, total);
      const options = { outcomes, progress, total, choice, withChanges, onLoaded, describeRate: meter.describe };
      phases.push({ phase: turn.source.name, ...(await turn.run(context, options)) });
      progress.done();
      await analyzeGrownTables(pool);
    }
    if (!abort.signal.aborted) await request.beforeEnd?.(context.intercom, context.workspaceIdCode);
  } finally {
    watch.end();
    await releaseClaims(pool, run.lease.processId);
  }
  if (abort.reason !== undefined) {
    await alarm;
    throw stoppedError(abort.reason);
  }
  return {
    workspaceIdCode: context.workspaceIdCode,
    phases,
    lostCalls: context.lostCalls,
    isStopped: abort.signal.aborted,
  };
}

/**
 * Rebuilds what the tool knows of the workspace from what the workspace shows (`load adopt`), for a database that was lost.
 * Writes nothing in Intercom.
 */
export async function runAdopt(request: LoadRequest): Promise<Adopted> {
  const abort = createAbort(request.signal);
  const { context, watch } = await enterWorkspace(request, abort, false);
  try {
    return await adopt(context, request.progress.step);
  } catch (error) {
    throw stoppedError(error);
  } finally {
    watch.end();
  }
}

/** The keys a narrowed load takes; undefined for all. */
function chosenKeys({ pool, only, isSampleOnly }: LoadRequest): Promise<string[] | undefined> {
  if (isSampleOnly === true) return keysOfSample(pool);
  return only === undefined ? Promise.resolve(undefined) : keysOf(pool, only);
}

/** Looks at the workspace behind the token and stores its teammates and teams. Writes nothing in Intercom. */
async function enterWorkspace(
  request: LoadRequest,
  abort: Abort,
  isWriting = true,
): Promise<{ context: LoadContext; meter: CallMeter; watch: Watch }> {
  const { pool, run, settings } = request;
  const semaphore = createSemaphore(settings.in_flight);
  const retry = request.retry ?? defaultRetry;
  const beforePace = { intercom: request.intercom, abort, retry };
  const workspace = await ask(beforePace, identifyAdmin());
  // Reading needs no confirmation: the one that was given may be lost with the database.
  if (isWriting) await admitWorkspace(pool, workspace, run.runId);
  await recordWorkspace(pool, workspace, request.intercom.baseUrl);
  const workspaceIdCode = workspace.idCode;
  const watch = await openWatch(pool, { workspaceIdCode, processId: run.lease.processId, abort });
  const shared = openSharedPace(pool, {
    workspaceIdCode,
    reserveShare: settings.reserve_share,
    firstObservation: request.intercom.pace.lastObservation,
  });
  const meter = meterCalls(shared, () => watch.whileFree());
  const intercom = request.intercom.pacedBy(meter.pace).checkedBy(run.lease.check);
  const sender = { intercom, abort, retry };
  const admins = await ask(sender, listAdmins());
  const teams = await ask(sender, listTeams());
  const seen = await seenBehaviour(pool, workspaceIdCode);
  await storeTeammates(pool, {
    workspaceIdCode,
    runId: run.runId,
    admins,
    teams,
    canSeatlessWrite: seen.canSeatlessWrite,
  });
  const identityOf = { workspaceIdCode, runId: run.runId };
  const linkAll: LoadContext['linkAll'] = (identities, verdicts) =>
    inTransaction(pool, async (client) => {
      await requireLease(client, run.lease.processId);
      await recordIdentities(
        client,
        identities.map((identity) => ({ ...identity, ...identityOf })),
      );
      await writeVerdicts(client, verdicts);
    });
  const context: LoadContext = {
    ...sender,
    pool,
    semaphore,
    workspaceIdCode,
    runId: run.runId,
    lease: run.lease,
    async regainLease() {
      await run.lease.regain();
      await watch.ask();
    },
    lostCalls: { calls: 0, waitedMs: 0 },
    journal: openJournal(pool, { ...identityOf, lease: run.lease, clock: request.intercom.clock }),
    fallbackAdminId: fallbackAdmin(settings.fallback_teammate, workspace, admins, seen),
    searchLagMs: settings.search_lag_ms,
    bodyLimitBytes: await requestLimit(pool, workspaceIdCode, settings.body_limit_bytes),
    commentsKeepHtml: (await probeAnswer(pool, workspaceIdCode, 'comment_html')) === 'yes',
    notifiedAtTells: await notifiedAtTells(pool, workspaceIdCode),
    seen,
    onExisting: await readExistingPolicy(pool),
    blobs: request.blobs ?? noBlobs,
    assignsClosedToBoth: settings.assign_closed === 'both',
    link: (identity, verdicts) => linkAll([identity], verdicts),
    linkAll,
  };
  return { context, meter, watch };
}

async function ask<T>(sender: Sender, call: Call<T>): Promise<T> {
  try {
    return (await send(sender, call)).value;
  } catch (error) {
    throw stoppedError(error);
  }
}

/** The configured teammate, or the token's own. */
function fallbackAdmin(
  email: string | undefined,
  workspace: WorkspaceFacts,
  admins: readonly AdminFacts[],
  { canSeatlessWrite }: SeenBehaviour,
): string {
  if (email === undefined) return workspace.adminId;
  const teammate = admins.find((admin) => admin.email?.toLowerCase() === email.toLowerCase());
  if (teammate !== undefined && (canSeatlessWrite || teammate.hasInboxSeat !== false)) return teammate.id;
  if (teammate !== undefined)
    throw new RefusedError(
      `The fallback teammate ${email} has no seat, and it was not seen that teammates without a seat may write.`,
      {
        stage: 'load',
        nextStep: 'Give the teammate a seat in Intercom, or configure another one as intercom.fallback_teammate.',
      },
    );
  throw new RefusedError(`The fallback teammate ${email} is not a teammate of workspace ${workspace.idCode}.`, {
    stage: 'load',
    nextStep: 'Invite the teammate in Intercom, or configure another one as intercom.fallback_teammate.',
  });
}
