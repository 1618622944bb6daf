import type pg from 'pg';

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
