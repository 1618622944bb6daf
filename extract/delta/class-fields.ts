import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { ReadableClass } from '../catalog/class-tree.ts';

/** What the last full extraction asked of each class. */
export async function storedFields(pool: pg.Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse(pool).selectFrom('ops.class_fields').select(['class', 'output_fields']).execute();
  return new Map(rows.map((row) => [row.class, row.output_fields]));
}

/** Stores what a run asks of each class. */
export async function storeFields(pool: pg.Pool, runId: string, readables: readonly ReadableClass[]): Promise<void> {
  await pool.query(
    `insert into ops.class_fields (class, output_fields, run_id)
     select f ->> 'name', array(select jsonb_array_elements_text(f -> 'outputFields')), $1
     from jsonb_array_elements($2::jsonb) as f
     on conflict (class) do update set output_fields = excluded.output_fields, run_id = excluded.run_id
       where class_fields.output_fields is distinct from excluded.output_fields`,
    [runId, JSON.stringify(readables.map(({ name, outputFields }) => ({ name, outputFields })))],
  );
}
