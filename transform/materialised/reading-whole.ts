import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';

/**
 * Runs a statement that reads whole relations. How many rows a JSON payload explodes into is a guess to the planner, and a nested
 * loop chosen on a low guess turned seconds into an hour; where only a loop is possible (lateral functions) it still loops.
 */
export async function readingWhole<T>(client: pg.ClientBase, run: () => Promise<T>): Promise<T> {
  await client.query('set local enable_nestloop = off');
  await client.query('set local enable_memoize = off');
  await client.query(`set local work_mem = '64MB'`);
  const result = await run();
  await client.query('set local enable_nestloop = on');
  await client.query('set local enable_memoize = on');
  return result;
}

/** Computes every row of a view. Whole rows are made into text, so that no column is left out as not asked for. */
export async function computeWhole(client: pg.ClientBase, view: string): Promise<void> {
  await readingWhole(client, () => sql`select count(v::text) from ${sql.table(view)} v`.execute(warehouse(client)));
}
