import type { InsertQueryBuilder, InsertResult } from 'kysely';
import type pg from 'pg';
import { clockTimestamp, insertRows } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

/** Stores iTop's counts of classes, by final class (`ops.source_count`). */
export async function storeSourceCounts(
  pool: pg.Pool,
  runId: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...counts].map(([name, count]) => ({ run_id: runId, class: name, object_count: count }));
  await insertRows(pool, 'ops.source_count', ['run_id', 'class', 'object_count'], rows)
    .$call(replacingCounts)
    .execute();
}

/** A class that a run counts again takes the new count. */
export function replacingCounts(
  insert: InsertQueryBuilder<Warehouse, 'ops.source_count', InsertResult>,
): InsertQueryBuilder<Warehouse, 'ops.source_count', InsertResult> {
  return insert.onConflict((conflict) =>
    conflict
      .columns(['run_id', 'class'])
      .doUpdateSet((row) => ({ object_count: row.ref('excluded.object_count'), asked_at: clockTimestamp })),
  );
}
