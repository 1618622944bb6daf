import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  Conflict,
  Forbidden,
  ForeignAnswer,
  IntercomError,
  RateLimited,
  ServerFailed,
  TokenRefused,
  UncertainOutcome,
  Unreachable,
} from '../../intercom/errors.ts';
import { FailedError, messageOf } from '../../platform/errors.ts';
import type { GroupCommit } from '../../platform/group-commit.ts';
import { findIdentities } from '../../platform/identity.ts';
import { findOpenIntents, type OpenIntent } from '../../platform/journal.ts';
import { LeaseLost } from '../../platform/process-lease.ts';
import type { ProgressStep } from '../../platform/progress.ts';
import { claimTargets, releaseClaims } from './claims.ts';
import type { LoadContext } from './context.ts';
import { LoadStopped, RecordBlocked, RecordRefused } from './errors.ts';
import type { NotLoaded } from './outcomes.ts';
import { pendingPages } from './pending-rows.ts';
import {
  type Choice,
  changedQuery,
  type PendingItem,
  type Phase,
  type PhaseCounts,
  pendingQuery,
  queryParameters,
} from './phase.ts';
import { proveFirst, refuseUnproven } from './prove-first.ts';
import { waitForEffect } from './uncertain-calls.ts';

export interface DrainOptions {
  readonly outcomes: GroupCommit<NotLoaded, void>;
  readonly progress: ProgressStep;
  readonly choice: Choice;
  /** Whether objects that are complete are brought up to date, after the new ones. */
  readonly withChanges: boolean;
  /** Objects to be tried, as counted before the phase. */
  readonly total: number;
  /** Calls per second and share of the limit, for the progress line. */
  readonly describeRate: () => string;
  /** Told after each object that was written or linked. */
  readonly onLoaded: () => void;
}

/** So many objects in a row that Intercom's servers failed, or that were forbidden: the fault is not the records'. */
const failuresInARow = 20;

/** Wait before looking again at objects that another process is working on. */
const otherProcessMs = 500;

/**
 * Loads all pending objects of a phase, several at once. Until one was written and read back as it should be, they go one
 * by one. A record that fails is written down and the rest goes on; an error that concerns all records stops the load.
 */
export async function drain<Row extends pg.QueryResultRow>(
  context: LoadContext,
  phase: Phase<Row>,
  options: DrainOptions,
): Promise<PhaseCounts> {
  const counts: PhaseCounts = { written: 0, changed: 0, linked: 0, failed: 0, blocked: 0, uncertain: 0 };
  await refuseUnproven(context, phase);
  const withChanges = options.withChanges && phase.change !== undefined;
  // A change may free an address or an id that a new object takes; a new one frees nothing.
  const order = phase.hasUniqueValues === true ? (['changed', 'new'] as const) : (['new', 'changed'] as const);
  for (const which of order) {
    if (which === 'new' || withChanges) await drainObjects(context, phase, options, counts, which);
  }
  return counts;
}

async function drainObjects<Row extends pg.QueryResultRow>(
  context: LoadContext,
  phase: Phase<Row>,
  options: DrainOptions,
  counts: PhaseCounts,
  which: 'new' | 'changed',
): Promise<void> {
  // What a teammate changed meanwhile differs from what was sent by right: only new objects prove a phase.
  let isProven = which === 'changed';
  let inARow = 0;
  let tried = 0;
  let isLeaseLost = false;
  /** Changes that took a value which another object still had: that one may be about to change too. */
  const conflicts: PendingItem<Row>[] = [];
  let isLastAttempt = false;
  const startedAt = Date.now();

  /** By the pace of this phase so far; other processes help, which shows in the next rate. */
  function timeLeft(): string {
    const left = options.total - tried;
    if (left <= 0 || tried < 20) return '';
    const seconds = Math.round(((Date.now() - startedAt) / 1000 / tried) * left);
    return seconds < 120 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
  }

  async function loadOne(item: PendingItem<Row>): Promise<void> {
    try {
      // Whatever is read of the object from here on shows what the lost calls did.
      if (item.open.length > 0) await waitForEffect(context, item.open);
      const loaded = which === 'new' ? await phase.load(context, item) : await changeOne(item);
      if (loaded === 'unchanged') return;
      counts[which === 'new' ? loaded : 'changed'] += 1;
      inARow = 0;
      if (loaded === 'written' && !isProven) {
        await proveFirst(context, phase, item.row);
        isProven = true;
      }
      options.onLoaded();
    } catch (error) {
      await noteFailure(item, error);
    }
    tried += 1;
    options.progress.advance(1, [options.describeRate(), timeLeft()].filter(Boolean).join(', '));
  }

  async function changeOne(item: PendingItem<Row>): Promise<'written' | 'linked' | 'unchanged'> {
    return (await phase.change?.(context, item)) ?? 'unchanged';
  }

  async function noteFailure(item: PendingItem<Row>, error: unknown): Promise<void> {
    if (error instanceof LeaseLost) {
      isLeaseLost = true;
      return;
    }
    if (which === 'changed' && error instanceof Conflict && !isLastAttempt) {
      conflicts.push(item);
      return;
    }
    const kind = kindOf(error);
    if (kind === 'stop') return context.abort.because(error);
    counts[kind] += 1;
    if (kind === 'uncertain' || error instanceof ServerFailed || error instanceof Forbidden || isOfOneRecord(error))
      inARow += 1;
    else inARow = 0;
    if (kind !== 'uncertain') {
      const { name, message, nextStep = unforeseen } = error as Error & { readonly nextStep?: string };
      await options.outcomes.submit({ target: item.target, state: kind, reasonCode: name, reason: message, nextStep });
    }
    if (inARow >= failuresInARow) context.abort.because(error);
  }

  /** As long as one of them gets through, another may follow; what is left then is refused for good. */
  async function resolveConflicts(): Promise<void> {
    for (let hasMoved = true; conflicts.length > 0 && !context.abort.signal.aborted && !isLeaseLost; ) {
      isLastAttempt = !hasMoved;
      const before = counts.changed;
      for (const item of conflicts.splice(0)) {
        await context.semaphore.acquire();
        await loadOne(item).finally(() => context.semaphore.release());
      }
      hasMoved = counts.changed > before;
    }
    isLastAttempt = false;
  }

  for (;;) {
    isLeaseLost = false;
    conflicts.length = 0;
    let takenByOthers = 0;
    const running = new Set<Promise<void>>();
    const pages = pendingPages<Row>(
      context.pool,
      which === 'new' ? pendingQuery(phase, options.choice) : changedQuery(phase, options.choice),
      queryParameters(phase, context.workspaceIdCode, options.choice),
      phase.pageSize,
    );
    for await (const page of pages) {
      const { items, others } = await takeOver(context, phase, page, which).catch((error: unknown) => {
        if (!(error instanceof LeaseLost)) throw error;
        isLeaseLost = true;
        return { items: [], others: 0 };
      });
      takenByOthers += others;
      for (const item of items) {
        await context.semaphore.acquire();
        if (context.abort.signal.aborted || isLeaseLost) {
          context.semaphore.release();
          break;
        }
        const work = loadOne(item)
          .catch((error: unknown) => context.abort.because(error))
          .finally(() => {
            context.semaphore.release();
            running.delete(work);
          });
        running.add(work);
        if (!isProven || phase.isSerial === true) await work;
      }
      if (context.abort.signal.aborted || isLeaseLost) break;
    }
    await Promise.all(running);
    await resolveConflicts();
    if (isLeaseLost && !context.abort.signal.aborted) {
      // What it was at may be another process's by now: it begins again with what is left, as if it had just been started.
      await context.regainLease();
      continue;
    }
    await releaseClaims(context.pool, context.lease.processId);
    if (takenByOthers === 0 || context.abort.signal.aborted) return;
    await sleep(otherProcessMs);
  }
}

/** Claims a page's objects and fetches what earlier processes left open for them. */
async function takeOver<Row extends pg.QueryResultRow>(
  context: LoadContext,
  phase: Phase<Row>,
  page: readonly Row[],
  which: 'new' | 'changed',
): Promise<{ items: PendingItem<Row>[]; others: number }> {
  const targets = page.map((row) => phase.targetOf(row));
  const claimed = await claimTargets(context.pool, {
    workspaceIdCode: context.workspaceIdCode,
    processId: context.lease.processId,
    targetType: phase.targetType,
    targetKeys: targets.map((target) => target.key),
  });
  // The page was read before it was claimed: another process may have completed some of it in between.
  const complete =
    which === 'new'
      ? await findIdentities(context.pool, context.workspaceIdCode, phase.doneType, [...claimed])
      : new Map<string, never>();
  const mine = page.flatMap((row, index) => {
    const target = targets[index];
    return target !== undefined && claimed.has(target.key) && !complete.has(target.key) ? [{ row, target }] : [];
  });
  const open = await findOpenIntents(
    context.pool,
    context.workspaceIdCode,
    phase.name,
    mine.map(({ target }) => target.sourceKey),
  );
  const bySource = Map.groupBy(open, (intent: OpenIntent) => intent.sourceKey);
  await phase.prepare?.(
    context,
    mine.map(({ row }) => row),
  );
  return {
    items: mine.map(({ row, target }) => ({ row, target, open: bySource.get(target.sourceKey) ?? [] })),
    others: page.length - claimed.size,
  };
}

function kindOf(error: unknown): 'failed' | 'blocked' | 'uncertain' | 'stop' {
  if (error instanceof RecordBlocked) return 'blocked';
  if (error instanceof UncertainOutcome) return 'uncertain';
  if (error instanceof TokenRefused || error instanceof Unreachable || error instanceof RateLimited) return 'stop';
  if (error instanceof ForeignAnswer) return 'stop';
  if (error instanceof IntercomError || error instanceof RecordRefused || isOfOneRecord(error)) return 'failed';
  return 'stop';
}

/**
 * Whether an unforeseen error can only come from the values of the object at hand: a fault of this program, or a value that Postgres
 * refuses (data exceptions, limits). The record fails, the rest goes on; many in a row stop the load all the same.
 */
function isOfOneRecord(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof Error && typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

const unforeseen =
  'This was not foreseen: report the message with what explain shows of the record. The others were loaded without it.';

/** What a person is told when an error stopped the load. */
export function stoppedError(reason: unknown): Error {
  if (reason instanceof IntercomError) {
    return new FailedError(reason.message, {
      stage: 'load',
      nextStep: reason.nextStep,
      isRetriable: true,
      cause: reason,
    });
  }
  if (reason instanceof LoadStopped || reason === undefined) return new LoadStopped();
  return reason instanceof Error ? reason : new Error(messageOf(reason));
}
