import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { insertRows, warehouse } from '../../platform/warehouse.ts';

export interface Existing {
  readonly targetKey: string;
  readonly name: string;
  readonly targetId: string;
}

/** Puts what is there in the place of what the last audit saw (`ops.existing_in_target`). */
export async function replaceExisting(
  pool: pg.Pool,
  workspaceIdCode: string,
  model: 'contact' | 'company' | 'tag' | 'collection' | 'attribute',
  existing: readonly Existing[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await warehouse(client)
      .deleteFrom('ops.existing_in_target')
      .where('workspace_id_code', '=', workspaceIdCode)
      .where('model', '=', model)
      .execute();
    await insertRows(
      client,
      'ops.existing_in_target',
      ['workspace_id_code', 'model', 'target_key', 'name', 'target_id'],
      existing.map(({ targetKey, name, targetId }) => ({
        workspace_id_code: workspaceIdCode,
        model,
        target_key: targetKey,
        name,
        target_id: targetId,
      })),
    )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}
