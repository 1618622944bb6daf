import type pg from 'pg';
import { insertRows, warehouse } from '../../platform/warehouse.ts';
import type { ReadableClass } from '../catalog/class-tree.ts';

/** What the last full extraction asked of each class. */
export async function storedFields(pool: pg.Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse(pool).selectFrom('ops.class_fields').select(['class', 'output_fields']).execute();
  return new Map(rows.map((row) => [row.class, row.output_fields]));
}

/** Stores what a run asks of each class. */
export async function storeFields(pool: pg.Pool, runId: string, readables: readonly ReadableClass[]): Promise<void> {
  await insertRows(
    pool,
    'ops.class_fields',
    ['class', 'output_fields', 'run_id'],
    readables.map(({ name, outputFields }) => ({ class: name, output_fields: outputFields, run_id: runId })),
  )
    .onConflict((conflict) =>
      conflict
        .column('class')
        .doUpdateSet((eb) => ({ output_fields: eb.ref('excluded.output_fields'), run_id: eb.ref('excluded.run_id') }))
        .whereRef('ops.class_fields.output_fields', 'is distinct from', 'excluded.output_fields'),
    )
    .execute();
}
