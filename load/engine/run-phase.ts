import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Conflict } from '../../intercom/errors.ts';
import type { GroupCommit } from '../../platform/group-commit.ts';
import { findOpenIntents, type OpenIntent } from '../../platform/journal.ts';
import { LeaseLost } from '../../platform/process-lease.ts';
import type { ProgressStep } from '../../platform/progress.ts';
import { claimTargets, releaseClaims } from './claims.ts';
import type { LoadContext } from './context.ts';
import { isSuspicious, kindOf, unforeseen } from './failure.ts';
import { heldValueStep } from './held-value.ts';
import type { NotLoaded } from './outcomes.ts';
import { pendingPages } from './pending-rows.ts';
import { type Choice, type Found, type PendingItem, type Phase, type PhaseCounts, queryParameters } from './phase.ts';
import { proveFirst, refuseUnproven } from './prove-first.ts';
import { waitForEffect } from './uncertain-calls.ts';
import { noCounts, type Work, worksOf } from './work.ts';

export interface PhaseOptions {
  readonly outcomes: GroupCommit<NotLoaded, void>;
  readonly progress: ProgressStep;
  readonly choice: Choice;
  /** Whether objects that are complete are brought up to date as well. */
  readonly withChanges: boolean;
  /** Objects to be tried, as counted before the phase. */
  readonly total: number;
  /** Calls per second and share of the limit, for the progress line. */
  readonly describeRate: () => string;
  /** Called after each object that was written or linked. */
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
export async function runPhase<Row extends pg.QueryResultRow, Prepared>(
  context: LoadContext,
  phase: Phase<Row, Prepared>,
  options: PhaseOptions,
): Promise<PhaseCounts> {
  const counts = noCounts();
  await refuseUnproven(context, phase);
  let found: Found<Row, Prepared> | undefined;
  for (const work of worksOf(phase, options.withChanges)) {
    const run = new WorkRun(context, phase, options, work, counts, found);
    await run.run();
    found = run.found;
  }
  return counts;
}

/** One kind of work of one phase in this process, page by page. */
class WorkRun<Row extends pg.QueryResultRow, Prepared> {
  /** What was found for the latest page. */
  found: Found<Row, Prepared> | undefined;
  private readonly context: LoadContext;
  private readonly phase: Phase<Row, Prepared>;
  private readonly options: PhaseOptions;
  private readonly work: Work<Row, Prepared>;
  private readonly counts: PhaseCounts;
  private readonly startedAt = Date.now();
  private readonly running = new Set<Promise<void>>();
  /** Objects that took a value which another one still had: that one may be about to change too. */
  private conflicts: { readonly item: PendingItem<Row, Prepared>; readonly error: Conflict }[] = [];
  private isProven: boolean;
  private isLeaseLost = false;
  private inARow = 0;
  private tried = 0;

  constructor(
    context: LoadContext,
    phase: Phase<Row, Prepared>,
    options: PhaseOptions,
    work: Work<Row, Prepared>,
    counts: PhaseCounts,
    found: Found<Row, Prepared> | undefined,
  ) {
    this.found = found;
    this.context = context;
    this.phase = phase;
    this.options = options;
    this.work = work;
    this.counts = counts;
    this.isProven = !work.isProof;
  }

  private get isOver(): boolean {
    return this.context.abort.signal.aborted || this.isLeaseLost;
  }

  async run(): Promise<void> {
    const { abort, pool, lease } = this.context;
    for (;;) {
      this.isLeaseLost = false;
      this.conflicts = [];
      const takenByOthers = await this.runPages();
      await Promise.all(this.running);
      await this.resolveConflicts();
      if (this.isLeaseLost && !abort.signal.aborted) {
        // What it was at may be another process's by now: it begins again with what is left, as if it had just been started.
        await this.context.regainLease();
        continue;
      }
      await releaseClaims(pool, lease.processId);
      if (takenByOthers === 0 || abort.signal.aborted) return;
      await sleep(otherProcessMs);
    }
  }

  /** Gives how many objects other processes are working on. */
  private async runPages(): Promise<number> {
    const { pool, workspaceIdCode } = this.context;
    const { choice } = this.options;
    const parameters = queryParameters(this.phase, workspaceIdCode, choice);
    let takenByOthers = 0;
    for await (const page of pendingPages<Row>(pool, this.work.query(choice), parameters, this.phase.pageSize)) {
      const { items, others } = await this.takeOver(page).catch((error: unknown) => this.nothing(error));
      takenByOthers += others;
      for (const item of items) await this.start(item);
      if (this.isOver) break;
    }
    return takenByOthers;
  }

  /** Claims a page's objects and fetches what earlier processes left open for them. */
  private async takeOver(
    page: readonly Row[],
  ): Promise<{ readonly items: PendingItem<Row, Prepared>[]; readonly others: number }> {
    const { context, phase } = this;
    const { pool, workspaceIdCode } = context;
    const targets = page.map((row) => phase.targetOf(row));
    const claimed = await claimTargets(pool, {
      workspaceIdCode,
      processId: context.lease.processId,
      targetType: phase.targetType,
      targetKeys: targets.map((target) => target.key),
    });
    // The page was read before it was claimed: another process may have completed some of it in between.
    const done = await this.work.doneMeanwhile(context, [...claimed]);
    const mine = page.flatMap((row, index) => {
      const target = targets[index];
      return target !== undefined && claimed.has(target.key) && !done.has(target.key) ? [{ row, target }] : [];
    });
    const open = await findOpenIntents(
      pool,
      workspaceIdCode,
      phase.name,
      mine.map(({ target }) => target.sourceKey),
    );
    const bySource = Map.groupBy(open, (intent: OpenIntent) => intent.sourceKey);
    this.found = await phase.prepare?.(
      context,
      mine.map(({ row }) => row),
      this.found,
    );
    return {
      items: mine.map(({ row, target }) => ({
        row,
        target,
        open: bySource.get(target.sourceKey) ?? [],
        // A phase that prepares nothing has nothing of that type.
        prepared: this.found?.(row) as Prepared,
      })),
      others: page.length - claimed.size,
    };
  }

  /** Takes nothing of a page under a lease that is lost. */
  private nothing(error: unknown): { readonly items: PendingItem<Row, Prepared>[]; readonly others: number } {
    if (!(error instanceof LeaseLost)) throw error;
    this.isLeaseLost = true;
    return { items: [], others: 0 };
  }

  /** Begins an object once there is a place for it; waits for its end where it has to go alone. */
  private async start(item: PendingItem<Row, Prepared>): Promise<void> {
    const { semaphore, abort } = this.context;
    if (this.isOver) return;
    await semaphore.acquire();
    if (this.isOver) return semaphore.release();
    const work = this.loadOne(item)
      .catch((error: unknown) => abort.because(error))
      .finally(() => {
        semaphore.release();
        this.running.delete(work);
      });
    this.running.add(work);
    if (!this.isProven || this.phase.isSerial === true) await work;
  }

  private async loadOne(item: PendingItem<Row, Prepared>): Promise<void> {
    const { context, phase, counts } = this;
    try {
      // Whatever is read of the object from here on shows what the lost calls did.
      if (item.open.length > 0) await waitForEffect(context, item.open);
      const loaded = await this.work.execute(context, item);
      if (loaded !== 'unchanged') {
        counts[loaded] += 1;
        this.inARow = 0;
        if (loaded === 'written' && !this.isProven) {
          await proveFirst(context, phase, item);
          this.isProven = true;
        }
        this.options.onLoaded();
      }
    } catch (error) {
      if (error instanceof LeaseLost) {
        this.isLeaseLost = true;
        return;
      }
      if (this.work.retriesConflicts && error instanceof Conflict) {
        this.conflicts.push({ item, error });
        return;
      }
      await this.noteFailure(item, error);
    }
    this.advance();
  }

  /** Once an object, however often it was tried. */
  private advance(): void {
    const { progress, describeRate } = this.options;
    this.tried += 1;
    progress.advance(1, [describeRate(), this.timeLeft()].filter(Boolean).join(', '));
  }

  private async noteFailure(item: PendingItem<Row, Prepared>, error: unknown): Promise<void> {
    const { abort } = this.context;
    const kind = kindOf(error);
    if (kind === 'stop') return abort.because(error);
    this.counts[kind] += 1;
    this.inARow = isSuspicious(error) ? this.inARow + 1 : 0;
    if (kind !== 'uncertain') {
      const { name, message, nextStep = unforeseen } = error as Error & { readonly nextStep?: string };
      const isHeld = this.work.retriesConflicts && error instanceof Conflict;
      await this.options.outcomes.submit({
        target: item.target,
        state: kind,
        reasonCode: name,
        reason: message,
        nextStep: isHeld ? await heldValueStep(this.context, item.target, error) : nextStep,
      });
    }
    if (this.inARow >= failuresInARow) abort.because(error);
  }

  /** As long as one of them gets through, another may follow. The others have failed: the next delta tries them again. */
  private async resolveConflicts(): Promise<void> {
    const { semaphore } = this.context;
    for (let hasMoved = true; this.conflicts.length > 0 && hasMoved && !this.isOver; ) {
      const before = this.counts.changed;
      for (const { item } of this.conflicts.splice(0)) {
        await semaphore.acquire();
        await this.loadOne(item).finally(() => semaphore.release());
      }
      hasMoved = this.counts.changed > before;
    }
    if (this.isOver) return;
    for (const { item, error } of this.conflicts.splice(0)) {
      await this.noteFailure(item, error);
      this.advance();
    }
  }

  /** By the pace of this phase so far; other processes help, which shows in the next rate. */
  private timeLeft(): string {
    const left = this.options.total - this.tried;
    if (left <= 0 || this.tried < 20) return '';
    const seconds = Math.round(((Date.now() - this.startedAt) / 1000 / this.tried) * left);
    return seconds < 120 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
  }
}
