import { setTimeout as sleep } from 'node:timers/promises';
import { type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { msUntilEffect } from '../../intercom/effect-wait.ts';
import type { Sender } from '../../intercom/send-call.ts';
import { RefusedError } from '../../platform/errors.ts';
import { createGroupCommit } from '../../platform/group-commit.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { findOpenIntents, openJournal, processEnded } from '../../platform/journal.ts';
import { LeaseLost } from '../../platform/process-lease.ts';
import type { Progress } from '../../platform/progress.ts';
import type { Run } from '../../platform/run-record.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import type { KnownKinds } from '../list-objects.ts';
import { type ItemOutcome, writeItemOutcomes } from './item-outcomes.ts';
import { collectionsOfArticles, contactsInConversations, type Guard, type RollbackItem } from './look-before.ts';
import { newestLoadCall } from './plan-rollback.ts';
import { takeBack } from './take-back.ts';
import { verifyRollback } from './verify-rollback.ts';

export interface ExecuteRequest extends Sender, KnownKinds {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly run: Pick<Run, 'runId' | 'lease'>;
  readonly hash: string;
  readonly inFlight: number;
  readonly progress: Progress;
}

export interface RollbackResult {
  readonly planId: string;
  /** True when an earlier execution had ended already: nothing was called now. */
  readonly wasDone: boolean;
  readonly counts: readonly { readonly target_type: string; readonly state: string; readonly count: number }[];
  readonly failures: readonly { readonly target_key: string; readonly outcome: string }[];
  /** What the verification found that should not be: empty when the workspace is as planned. */
  readonly unverified: readonly string[];
}

interface PlanRow {
  plan_id: string;
  workspace_id_code: string;
  retain_metrics: boolean;
  basis_journal_id: string;
  state: 'planned' | 'executing' | 'done';
}

const pageSize = 500;

/** Stage of the contacts: before it the conversations that are left are listed again. */
const contactStage = 8;
/** Stage of the collections: before it the articles that are left are listed again. */
const collectionStage = 6;

/**
 * Executes the plan of this hash and nothing else, what depends on others first. Every thing is looked at once more before it is
 * taken back: what somebody touched meanwhile is kept. Killed at any moment, the same command goes on.
 *
 * Throws RefusedError when there is no such plan, it is another workspace's, something was loaded since, or another process is
 * at it or at a load.
 */
export async function executeRollback(request: ExecuteRequest): Promise<RollbackResult> {
  const { pool, workspaceIdCode } = request;
  const plan = await findPlan(pool, request.hash, workspaceIdCode);
  if (plan.state === 'done') return { ...(await describe(pool, plan.plan_id)), wasDone: true, unverified: [] };
  const lock = await pool.connect();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken = error;
  };
  // Without a listener a broken connection would end the process; the query that follows says it in words.
  lock.on('error', lose);
  try {
    await takeLock(lock, workspaceIdCode);
    // Another execution may have ended while this one waited.
    if ((await findPlan(pool, request.hash, workspaceIdCode)).state === 'done') {
      return { ...(await describe(pool, plan.plan_id)), wasDone: true, unverified: [] };
    }
    await refuseOutOfDate(pool, plan);
    await haltLoads(request);
    await executeUnderLease(request, plan, lock);
    const unverified = await verifyRollback({ ...request, planId: plan.plan_id });
    const result = { ...(await describe(pool, plan.plan_id)), wasDone: false, unverified };
    if (result.failures.length === 0) {
      await warehouse(pool)
        .updateTable('reconcile.rollback_plan')
        .set({ state: 'done', ended_at: clockTimestamp })
        .where('plan_id', '=', plan.plan_id)
        .execute();
    }
    return result;
  } finally {
    await lock.query('select pg_advisory_unlock_all()').catch(lose);
    lock.removeListener('error', lose);
    lock.release(broken);
  }
}

/** Tries for a while: the server may take a moment to notice that a killed process is gone. */
async function takeLock(lock: pg.PoolClient, workspaceIdCode: string): Promise<void> {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const taken = await lock.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtext($1)) as taken', [
      `rollback ${workspaceIdCode}`,
    ]);
    if (taken.rows[0]?.taken === true) return;
    await sleep(200);
  }
  throw refused('Another process is rolling this workspace back.', 'Wait until it ends.');
}

async function findPlan(pool: pg.Pool, hash: string, workspaceIdCode: string): Promise<PlanRow> {
  const rows = await warehouse(pool)
    .selectFrom('reconcile.rollback_plan')
    .selectAll()
    .where('hash', '=', hash)
    .execute();
  const plan = rows[0];
  if (plan === undefined) {
    throw refused(`There is no rollback plan ${hash}.`, 'Make one: itop-to-intercom rollback plan');
  }
  if (plan.workspace_id_code !== workspaceIdCode) {
    throw refused(
      `Plan ${hash} is for workspace ${plan.workspace_id_code}, the token belongs to ${workspaceIdCode}.`,
      'Use the token of the workspace the plan was made for.',
    );
  }
  return plan;
}

async function refuseOutOfDate(pool: pg.Pool, plan: PlanRow): Promise<void> {
  const newest = await newestLoadCall(pool, plan.workspace_id_code);
  if (newest !== plan.basis_journal_id) {
    throw refused(
      'The plan is out of date: something was loaded after it was made.',
      'Make a new one and read it: itop-to-intercom rollback plan',
    );
  }
  const rows = await warehouse(pool)
    .selectFrom('ops.run as r')
    .innerJoin('ops.process as p', 'p.run_id', 'r.run_id')
    .select('r.run_id')
    .where('r.workspace_id_code', '=', plan.workspace_id_code)
    .where('r.command', 'in', ['load', 'delta'])
    .where('r.state', '=', 'running')
    .where(sql<boolean>`ops.is_alive(p)`)
    .limit(1)
    .execute();
  if (rows[0] !== undefined) {
    throw refused(`Run ${rows[0].run_id} is loading into this workspace.`, 'Stop the load, then make a new plan.');
  }
}

/** Loads that sleep now must not go on when they wake: what they would load is being taken back. */
async function haltLoads({ pool, workspaceIdCode, run }: ExecuteRequest): Promise<void> {
  await warehouse(pool)
    .insertInto('load.halt')
    .values({
      workspace_id_code: workspaceIdCode,
      reason: 'A rollback of this workspace began.',
      next_step: 'Wait until it has ended, then load again what is wanted.',
      process_id: run.lease.processId,
    })
    .onConflict((conflict) =>
      conflict.column('workspace_id_code').doUpdateSet((excluded) => ({
        reason: excluded.ref('excluded.reason'),
        next_step: excluded.ref('excluded.next_step'),
        process_id: excluded.ref('excluded.process_id'),
        halted_at: clockTimestamp,
      })),
    )
    .execute();
}

/**
 * Carries the plan out; a process that slept past its lease begins again with what is left, under a new one. The lock of this
 * workspace is held all the while, so nobody else has gone on with it.
 */
async function executeUnderLease(request: ExecuteRequest, plan: PlanRow, lock: pg.PoolClient): Promise<void> {
  for (;;) {
    try {
      await begin(request, plan);
      return await executePlan(request, plan);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      await lock.query('select 1');
      await request.run.lease.regain();
    }
  }
}

/**
 * Marks what needs no call, and closes the intents that an earlier execution left open, once their calls can take effect no more: the
 * look before each call shows what they did.
 */
async function begin({ pool, intercom, signal }: ExecuteRequest, plan: PlanRow): Promise<void> {
  const open = await findOpenIntents(pool, plan.workspace_id_code, 'rollback');
  const waitMs = Math.max(0, ...open.map((intent) => msUntilEffect(intercom, intent.sentAtMs)));
  await sleep(waitMs, undefined, { signal });
  await warehouse(pool)
    .updateTable('load.journal')
    .set({
      state: 'abandoned',
      outcome_at: clockTimestamp,
      reason_code: processEnded,
      resolution: 'the rollback goes on and looks again',
    })
    .where('workspace_id_code', '=', plan.workspace_id_code)
    .where('phase', '=', 'rollback')
    .where('state', 'in', ['intent', 'uncertain'])
    .execute();
  await warehouse(pool)
    .updateTable('reconcile.rollback_plan')
    .set((held) => ({ state: 'executing', started_at: held.fn.coalesce('started_at', clockTimestamp) }))
    .where('plan_id', '=', plan.plan_id)
    .execute();
  await warehouse(pool)
    .updateTable('reconcile.rollback_item')
    .set((item) => ({
      state: item
        .case()
        .when('state', '=', 'failed')
        .then(sql.lit('planned' as const))
        .else(sql.lit('kept' as const))
        .end(),
      outcome: null,
    }))
    .where('plan_id', '=', plan.plan_id)
    .where((item) =>
      item.or([
        item('state', '=', 'failed'),
        item.and([item('state', '=', 'planned'), item('action', 'in', ['keep', 'impossible'])]),
      ]),
    )
    .execute();
}

async function executePlan(request: ExecuteRequest, plan: PlanRow): Promise<void> {
  const { pool, run, workspaceIdCode, hash } = request;
  const sender = { ...request, intercom: request.intercom.checkedBy(run.lease.check) };
  const journal = openJournal(pool, {
    workspaceIdCode,
    runId: run.runId,
    lease: run.lease,
    clock: request.intercom.clock,
  });
  const outcomes = createGroupCommit<ItemOutcome, void>(async (batch) => {
    await writeItemOutcomes(pool, workspaceIdCode, plan.plan_id, batch);
    return batch.map(() => undefined);
  }, 200);
  const execution = { sender, hash, kinds: request.kinds, retainsMetrics: plan.retain_metrics, journal, outcomes };
  const open = await warehouse(pool)
    .selectFrom('reconcile.rollback_item')
    .select(['stage', sql<number>`count(*)::integer`.as('count')])
    .where('plan_id', '=', plan.plan_id)
    .where('state', '=', 'planned')
    .groupBy('stage')
    .orderBy('stage')
    .execute();
  const total = open.reduce((sum, row) => sum + row.count, 0);
  const progress = request.progress.step('roll back', total);
  for (const { stage } of open) {
    const guard: Guard = {
      heldCollections: stage === collectionStage ? await collectionsOfArticles(request) : new Map(),
      busyContacts: stage === contactStage ? await contactsInConversations(request) : new Map(),
      sender,
      pool,
      workspaceIdCode,
    };
    for (;;) {
      const page = await warehouse(pool)
        .selectFrom('reconcile.rollback_item')
        .select(['position', 'target_type', 'target_key', 'source_key', 'target_id', 'action', 'written', 'former'])
        .select(['method', 'path', 'body'])
        .$narrowType<Pick<RollbackItem, 'written' | 'former' | 'body'>>()
        .where('plan_id', '=', plan.plan_id)
        .where('stage', '=', stage)
        .where('state', '=', 'planned')
        .orderBy('position')
        .limit(pageSize)
        .execute();
      if (page.length === 0) break;
      // Collections go one after the other: children before their parents.
      const width = page.some((item) => item.target_type === 'collection') ? 1 : request.inFlight;
      await inParallel(page, width, async (item) => {
        await takeBack({ ...execution, guard }, item);
        progress.advance(1);
      });
    }
  }
  progress.done();
}

async function describe(pool: pg.Pool, planId: string) {
  const became = sql<string>`case when state = 'done' then action else state end`;
  const counts = await warehouse(pool)
    .selectFrom('reconcile.rollback_item')
    .select(['target_type', became.as('state'), sql<number>`count(*)::integer`.as('count')])
    .where('plan_id', '=', planId)
    .groupBy(['target_type', became])
    .orderBy((item) => item.fn.min('stage'))
    .orderBy('target_type')
    .orderBy(became)
    .execute();
  const failures = await warehouse(pool)
    .selectFrom('reconcile.rollback_item')
    .select(['target_key', 'outcome'])
    .$narrowType<{ outcome: NotNull }>()
    .where('plan_id', '=', planId)
    .where('state', '=', 'failed')
    .orderBy('position')
    .limit(20)
    .execute();
  return { planId, counts, failures };
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'rollback', nextStep });
}
