import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { readQuery } from '../../platform/query-file.ts';
import { anyOf, clockTimestamp, givenRows, warehouse } from '../../platform/warehouse.ts';
import type { RollbackItem } from './look-before.ts';

const withdrawalQuery = readQuery(import.meta.dirname, 'withdraw-identities.sql');

export interface ItemOutcome {
  readonly item: RollbackItem;
  readonly state: 'done' | 'kept' | 'gone' | 'failed';
  readonly outcome: string | null;
}

/**
 * Writes down what became of items. What was taken back, or is gone, is not ours any more: its identity and those of everything
 * inside it are withdrawn, and its verdicts with them. The journal and the former verdicts stay.
 */
export async function writeItemOutcomes(
  pool: pg.Pool,
  workspaceIdCode: string,
  planId: string,
  batch: readonly ItemOutcome[],
): Promise<void> {
  const withdrawn = batch.filter(({ state }) => state === 'done' || state === 'gone').map(({ item }) => item);
  await inTransaction(pool, async (client) => {
    const outcomes = batch.map(({ item, state, outcome }) => ({ position: item.position, state, outcome }));
    await warehouse(client)
      .updateTable('reconcile.rollback_item as i')
      .from(givenRows('s', { position: 'integer', state: 'text', outcome: 'text' }, outcomes))
      .set((from) => ({ state: from.ref('s.state'), outcome: from.ref('s.outcome'), decided_at: clockTimestamp }))
      .where('i.plan_id', '=', planId)
      .whereRef('i.position', '=', 's.position')
      .execute();
    const gone = await client.query<{ target_key: string }>(withdrawalQuery, [
      workspaceIdCode,
      planId,
      withdrawn.map((item) => item.target_type),
      withdrawn.map((item) => item.target_key),
    ]);
    await warehouse(client)
      .deleteFrom('reconcile.verdict')
      .where('workspace_id_code', '=', workspaceIdCode)
      .where('target_key', '=', anyOf([...new Set(gone.rows.map((row) => row.target_key))]))
      .where('phase', 'in', (phase) => phase.selectFrom('reconcile.phase').select('phase'))
      .execute();
  });
}
