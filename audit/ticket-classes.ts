import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';

/** Classes of tickets that become conversations by the mapping, in the order of their names. */
export async function ticketClasses(pool: pg.Pool): Promise<readonly string[]> {
  const rows = await warehouse(pool).selectFrom('staging.ticket_class').select('class').orderBy('class').execute();
  return rows.map((row) => row.class);
}
