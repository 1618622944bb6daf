import { createHash } from 'node:crypto';
import { type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type ObserveRequest, observeWorkspace } from '../observe-workspace.ts';

/** What a rollback is limited to; what is absent is not limited. */
export interface RollbackScope {
  readonly run?: string;
  readonly object?: string;
  readonly phase?: string;
  readonly sourceKey?: string;
}

export interface RollbackCount {
  readonly target_type: string;
  readonly action: string;
  readonly reason: string;
  readonly count: number;
  readonly example: string;
}

export interface RollbackPlan {
  readonly planId: string;
  readonly hash: string;
  readonly counts: readonly RollbackCount[];
  /** Things that will stay in the workspace as tombstones. */
  readonly tombstones: readonly { readonly leaves: string; readonly count: number }[];
}

/**
 * Plans a rollback: looks at the workspace as it is now, and writes what would become of each thing that the tool wrote into
 * `reconcile.rollback_item`. Changes nothing in Intercom.
 *
 * Throws RefusedError when calls of unknown outcome are open: what they did must be known before it can be taken back.
 */
export async function planRollback(
  request: ObserveRequest & { readonly scope: RollbackScope; readonly retainMetrics: boolean },
): Promise<RollbackPlan> {
  const { pool, workspaceIdCode, scope, retainMetrics } = request;
  await refuseOpenCalls(pool, workspaceIdCode);
  await observeWorkspace(request);
  return inTransaction(pool, async (client) => {
    const basis = await newestLoadCall(client, workspaceIdCode);
    const { plan_id: planId } = await warehouse(client)
      .insertInto('reconcile.rollback_plan')
      .values({
        workspace_id_code: workspaceIdCode,
        hash: sql`gen_random_uuid()::text`,
        scope: JSON.stringify(scope),
        retain_metrics: retainMetrics,
        basis_journal_id: basis,
      })
      .returning('plan_id')
      .executeTakeFirstOrThrow();
    await client.query(
      `insert into reconcile.rollback_item (plan_id, position, stage, target_type, target_key, source_key, target_id, phase,
                                            loaded_by_run, action, reason, leaves, former, written, method, path, body)
       select $1, row_number() over (order by stage, recorded_at desc, target_type, target_key), stage, target_type, target_key,
              source_key, target_id, phase, loaded_by_run, action, reason, leaves, former, written, method, path, body
       from reconcile.rollback_diff($2, $3, $4, $5, $6)`,
      [planId, workspaceIdCode, scope.run ?? null, scope.object ?? null, scope.phase ?? null, scope.sourceKey ?? null],
    );
    const hash = await hashOf(client, planId);
    await warehouse(client)
      .updateTable('reconcile.rollback_plan')
      .set({ hash })
      .where('plan_id', '=', planId)
      .execute();
    return { planId, hash, ...(await describePlan(client, planId)) };
  });
}

/** Number of the newest call that was not part of a rollback. */
export async function newestLoadCall(client: pg.Pool | pg.ClientBase, workspaceIdCode: string): Promise<string> {
  const rows = await warehouse(client)
    .selectFrom('load.journal')
    .select(sql<string>`coalesce(max(journal_id), 0)::text`.as('newest'))
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '<>', 'rollback')
    .execute();
  return rows[0]?.newest ?? '0';
}

/** Hash over everything that decides what an execution does. The plan's number is part of it: no two plans are one. */
async function hashOf(client: pg.ClientBase, planId: string): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `select concat_ws(E'\\n', p.plan_id, p.workspace_id_code, p.scope, p.retain_metrics, p.basis_journal_id,
       (select string_agg(concat_ws(E'\\t', position, target_type, target_key, target_id, action, method, path, body::text), E'\\n' order by position)
        from reconcile.rollback_item i where i.plan_id = p.plan_id)) as text
     from reconcile.rollback_plan p where p.plan_id = $1`,
    [planId],
  );
  return createHash('sha256')
    .update(rows[0]?.text ?? '')
    .digest('hex')
    .slice(0, 16);
}

async function describePlan(client: pg.ClientBase, planId: string) {
  const counts = await client.query<RollbackCount>(
    `select target_type, action, reason, count(*)::integer as count, min(target_key) as example
     from (
       -- Reasons name ids and fields: those of one kind are counted together.
       select stage, target_type, target_key, action,
         regexp_replace(regexp_replace(reason, '(conversation|contact) [0-9a-f]+', '\\1 ...'), '\\(part [0-9]+\\)|: .*$', '') as reason
       from reconcile.rollback_item where plan_id = $1
     ) i
     group by stage, target_type, action, reason order by stage, target_type, action, count(*) desc`,
    [planId],
  );
  const tombstones = await warehouse(client)
    .selectFrom('reconcile.rollback_item')
    .select(['leaves', sql<number>`count(*)::integer`.as('count')])
    .$narrowType<{ leaves: NotNull }>()
    .where('plan_id', '=', planId)
    .where('leaves', 'is not', null)
    .groupBy('leaves')
    .orderBy('leaves')
    .execute();
  return { counts: counts.rows, tombstones };
}

async function refuseOpenCalls(pool: pg.Pool, workspaceIdCode: string): Promise<void> {
  const rows = await warehouse(pool)
    .selectFrom('load.journal')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '<>', 'rollback')
    .where('state', 'in', ['intent', 'uncertain'])
    .execute();
  const open = rows[0]?.count ?? 0;
  if (open === 0) return;
  throw new RefusedError(`${open} calls of the load have no known outcome: what they wrote cannot be taken back yet.`, {
    stage: 'rollback',
    nextStep:
      'Start the load again: it looks up their outcome. Stop it with --stop-after 1 if nothing else is to be loaded.',
  });
}
