import { sql } from 'kysely';
import type pg from 'pg';
import { livingProcesses } from '../../platform/process-lease.ts';
import { allOf, clockTimestamp, insertRows, warehouse } from '../../platform/warehouse.ts';
import type { LoadContext } from './context.ts';
import { type PhaseSource, plannedQuery } from './phase.ts';

/** Reason code of what this file notes in `load.outcome`. */
const orphanedIntent = 'OrphanedIntent';

/**
 * Lists the objects that are not planned any more (out of scope, merged, handed off since) while a call for them is of unknown
 * outcome: no load comes to them again, so a person looks in Intercom and accepts what is found. An object that is planned again is
 * resolved by its load as any other.
 */
export async function listOrphanedIntents(context: LoadContext, phase: PhaseSource): Promise<void> {
  const { pool, workspaceIdCode, runId } = context;
  const living = await livingProcesses(pool, context.lease.processId);
  const db = warehouse(pool);
  const lost = db
    .selectFrom('load.journal')
    .select([
      sql<string>`case when target_type = ${phase.targetType} then target_key else source_key end`.as('target_key'),
      'journal_id',
      'operation',
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase.name)
    .where('state', 'in', ['intent', 'uncertain'])
    .where('process_id', '<>', allOf(living))
    .as('lost');
  const open = await db
    .selectFrom(lost)
    .distinctOn('target_key')
    .select(['target_key', 'journal_id', 'operation'])
    .orderBy('target_key')
    .orderBy('journal_id', 'desc')
    .execute();
  const planned = await plannedAmong(pool, workspaceIdCode, phase, keysOf(open));
  const left = open.filter((row) => !planned.has(row.target_key));
  await db
    .deleteFrom('load.outcome')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', phase.targetType)
    .where('reason_code', '=', orphanedIntent)
    .where('target_key', '<>', allOf(keysOf(left)))
    .execute();
  if (left.length === 0) return;
  const key = ['workspace_id_code', 'target_type', 'target_key'] as const;
  const rows = left.map(({ target_key, journal_id, operation }) => ({
    workspace_id_code: workspaceIdCode,
    target_type: phase.targetType,
    target_key,
    state: 'failed',
    reason_code: orphanedIntent,
    reason: `The answer to ${operation} was lost, and the object is not to be loaded any more: nobody looked whether it is in Intercom.`,
    next_step: `Look in Intercom for what was sent (select path, payload from load.journal where journal_id = ${journal_id}), and delete it there or leave it. No load comes back to it: then accept it`,
    journal_id,
    run_id: runId,
  }));
  const columns = [...key, 'state', 'reason_code', 'reason', 'next_step', 'journal_id', 'run_id'] as const;
  await insertRows(pool, 'load.outcome', columns, rows)
    .onConflict((conflict) =>
      conflict.columns(key).doUpdateSet((excluded) => ({
        state: excluded.ref('excluded.state'),
        reason_code: excluded.ref('excluded.reason_code'),
        reason: excluded.ref('excluded.reason'),
        next_step: excluded.ref('excluded.next_step'),
        payload_hash: null,
        journal_id: excluded.ref('excluded.journal_id'),
        run_id: excluded.ref('excluded.run_id'),
        recorded_at: clockTimestamp,
      })),
    )
    .execute();
}

/** Which of these objects the phase still has to load. */
export async function plannedAmong(
  pool: pg.Pool,
  workspaceIdCode: string,
  phase: PhaseSource,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ target_key: string }>(plannedQuery(phase), [workspaceIdCode, keys]);
  return new Set(rows.map((row) => row.target_key));
}

function keysOf(rows: readonly { readonly target_key: string }[]): string[] {
  return rows.map((row) => row.target_key);
}
