import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { NotFound, Rejected } from '../../intercom/errors.ts';
import { type Sender, sendCall } from '../../intercom/send-call.ts';
import { type Undo, undoCall } from '../../intercom/undo.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { createGroupCommit, type GroupCommit } from '../../platform/group-commit.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { type Journal, openJournal } from '../../platform/journal.ts';
import type { Progress } from '../../platform/progress.ts';
import type { Run } from '../../platform/run-record.ts';
import {
  collectionsOfArticles,
  contactsInConversations,
  type Guard,
  lookBefore,
  type RollbackItem,
} from './look-before.ts';
import { newestLoadCall } from './plan-rollback.ts';
import { type Settled, writeSettled } from './settle-items.ts';
import { verifyRollback } from './verify-rollback.ts';

export interface ExecuteRequest extends Sender {
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

/** Stage of the contacts: before it the conversations that are left are listed anew. */
const contactStage = 8;
/** Stage of the collections: before it the articles that are left are listed anew. */
const collectionStage = 6;

/**
 * Executes the plan of this hash and nothing else, what depends on others first. Every thing is looked at once more before it is
 * taken back: what somebody touched meanwhile is kept. Killed at any moment, the same command goes on: its calls may be repeated.
 *
 * Throws RefusedError when there is no such plan, it is another workspace's, something was loaded since, or another process is
 * at it or at a load.
 */
export async function executeRollback(request: ExecuteRequest): Promise<RollbackResult> {
  const { pool, workspaceIdCode } = request;
  const plan = await findPlan(pool, request.hash, workspaceIdCode);
  if (plan.state === 'done') return { ...(await describe(pool, plan.plan_id)), wasDone: true, unverified: [] };
  const lock = await pool.connect();
  try {
    await takeLock(lock, workspaceIdCode);
    // Another execution may have ended while this one waited.
    if ((await findPlan(pool, request.hash, workspaceIdCode)).state === 'done') {
      return { ...(await describe(pool, plan.plan_id)), wasDone: true, unverified: [] };
    }
    await refuseOutOfDate(pool, plan);
    await begin(pool, plan);
    await carryOutPlan(request, plan);
    const unverified = await verifyRollback({ ...request, planId: plan.plan_id });
    const result = { ...(await describe(pool, plan.plan_id)), wasDone: false, unverified };
    if (result.failures.length === 0) {
      await pool.query(
        `update reconcile.rollback_plan set state = 'done', ended_at = clock_timestamp() where plan_id = $1`,
        [plan.plan_id],
      );
    }
    return result;
  } finally {
    await lock.query('select pg_advisory_unlock_all()').catch(() => undefined);
    lock.release();
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
  const { rows } = await pool.query<PlanRow>('select * from reconcile.rollback_plan where hash = $1', [hash]);
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
  const { rows } = await pool.query<{ run_id: string }>(
    `select r.run_id from ops.run r join ops.process p on p.run_id = r.run_id
     where r.workspace_id_code = $1 and r.command in ('load', 'delta') and r.state = 'running' and ops.is_alive(p) limit 1`,
    [plan.workspace_id_code],
  );
  if (rows[0] !== undefined) {
    throw refused(`Run ${rows[0].run_id} is loading into this workspace.`, 'Stop the load, then make a new plan.');
  }
}

/** Marks what needs no call, and settles the intents that a killed execution left: their calls are simply made again. */
async function begin(pool: pg.Pool, plan: PlanRow): Promise<void> {
  await pool.query(
    `update load.journal set state = 'abandoned', outcome_at = clock_timestamp(), reason_code = 'ProcessEnded',
       resolution = 'the rollback goes on and makes the call again'
     where workspace_id_code = $1 and phase = 'rollback' and state in ('intent', 'uncertain')`,
    [plan.workspace_id_code],
  );
  await pool.query(
    `update reconcile.rollback_plan set state = 'executing', started_at = coalesce(started_at, clock_timestamp()) where plan_id = $1`,
    [plan.plan_id],
  );
  await pool.query(
    `update reconcile.rollback_item set state = case when state = 'failed' then 'planned' else 'kept' end, outcome = null
     where plan_id = $1 and (state = 'failed' or state = 'planned' and action in ('keep', 'impossible'))`,
    [plan.plan_id],
  );
}

async function carryOutPlan(request: ExecuteRequest, plan: PlanRow): Promise<void> {
  const { pool, run, workspaceIdCode } = request;
  const journal = openJournal(pool, { workspaceIdCode, runId: run.runId, lease: run.lease });
  const settled = createGroupCommit<Settled, void>(async (batch) => {
    await writeSettled(pool, workspaceIdCode, plan.plan_id, batch);
    return batch.map(() => undefined);
  }, 200);
  const open = await pool.query<{ stage: number; count: number }>(
    `select stage, count(*)::integer as count from reconcile.rollback_item
     where plan_id = $1 and state = 'planned' group by stage order by stage`,
    [plan.plan_id],
  );
  const total = open.rows.reduce((sum, row) => sum + row.count, 0);
  const progress = request.progress.step('roll back', total);
  for (const { stage } of open.rows) {
    const guard: Guard = {
      heldCollections: stage === collectionStage ? await collectionsOfArticles(request) : new Map(),
      busyContacts: stage === contactStage ? await contactsInConversations(request) : new Map(),
      sender: request,
      pool,
      workspaceIdCode,
    };
    for (;;) {
      const page = await pool.query<RollbackItem>(
        `select position, target_type, target_key, source_key, target_id, action, written, former, method, path, body
         from reconcile.rollback_item where plan_id = $1 and stage = $2 and state = 'planned' order by position limit ${pageSize}`,
        [plan.plan_id, stage],
      );
      if (page.rows.length === 0) break;
      // Collections go one after the other: children before their parents.
      const width = page.rows.some((item) => item.target_type === 'collection') ? 1 : request.inFlight;
      await inParallel(page.rows, width, async (item) => {
        await carryOutItem({ request, plan, journal, guard, settled }, item);
        progress.advance(1);
      });
    }
  }
  progress.done();
}

interface Execution {
  readonly request: ExecuteRequest;
  readonly plan: PlanRow;
  readonly journal: Journal;
  readonly guard: Guard;
  readonly settled: GroupCommit<Settled, void>;
}

async function carryOutItem({ request, plan, journal, guard, settled }: Execution, item: RollbackItem): Promise<void> {
  request.signal?.throwIfAborted();
  const { position } = item;
  // A contact that no list shows may have been merged into another one: only asking for it says so.
  if (item.action === 'forget' || (item.action === 'gone' && item.target_type !== 'contact')) {
    await settled.submit({ item, state: item.action === 'gone' ? 'gone' : 'done', outcome: null });
    return;
  }
  const found = await lookBefore(guard, item);
  if (item.action === 'gone' && found.is !== 'gone') {
    await settled.submit({ item, state: 'kept', outcome: 'was not there when the plan was made, and is there now' });
    return;
  }
  if (found.is !== 'as planned') {
    await settled.submit({ item, state: found.is, outcome: found.why });
    return;
  }
  const undo: Undo = {
    targetType: item.target_type,
    action: item.action as Undo['action'],
    method: item.method === 'PUT' ? 'PUT' : 'DELETE',
    path: item.path ?? '',
    body: found.body ?? item.body,
  };
  const call = undoCall(undo, plan.retain_metrics);
  const journalId = await journal.intend({
    target: {
      phase: 'rollback',
      type: item.target_type,
      key: item.target_key,
      sourceKey: item.source_key,
      rawVersion: null,
      payloadHash: null,
    },
    operation: call.operation,
    method: call.method,
    path: call.path,
    payload: call.body ?? null,
    beforeImage: found.present,
  });
  try {
    const answer = await sendCall(request, call);
    await journal.settle({ journalId, state: 'done', httpStatus: answer.status, requestId: answer.requestId });
    await settled.submit({ item, state: 'done', outcome: null });
  } catch (error) {
    if (error instanceof NotFound) {
      await journal.settle({ journalId, state: 'done', httpStatus: error.failure.status, resolution: 'it was gone' });
      await settled.submit({ item, state: 'gone', outcome: 'not in the workspace any more' });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    await journal.settle({ journalId, state: 'failed', reasonCode: (error as Error).name, reason: message });
    if (!(error instanceof Rejected)) {
      throw new FailedError(`The rollback stopped at ${item.target_type} ${item.target_key}: ${message}`, {
        stage: 'rollback',
        nextStep: `Start it again, it goes on at item ${position}: itop-to-intercom rollback execute ${request.hash}`,
        isRetriable: true,
        cause: error,
      });
    }
    await settled.submit({ item, state: 'failed', outcome: message });
  }
}

async function describe(pool: pg.Pool, planId: string) {
  const counts = await pool.query<{ target_type: string; state: string; count: number }>(
    `select target_type, case when state = 'done' then action else state end as state, count(*)::integer as count
     from reconcile.rollback_item where plan_id = $1 group by 1, 2 order by min(stage), 1, 2`,
    [planId],
  );
  const failures = await pool.query<{ target_key: string; outcome: string }>(
    `select target_key, outcome from reconcile.rollback_item where plan_id = $1 and state = 'failed' order by position limit 20`,
    [planId],
  );
  return { planId, counts: counts.rows, failures: failures.rows };
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'rollback', nextStep });
}
