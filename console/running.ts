import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';

/** Commands of the runs that a living process serves now. */
export async function readRunning(pool: pg.Pool): Promise<string[]> {
  const rows = await warehouse(pool)
    .selectFrom('ops.process as p')
    .innerJoin('ops.run as r', 'r.run_id', 'p.run_id')
    .select('r.command')
    .distinct()
    .where('r.state', '=', 'running')
    .where(sql<boolean>`ops.is_alive(p)`)
    .orderBy('r.command')
    .execute();
  return rows.map((row) => row.command);
}
