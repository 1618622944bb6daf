import type pg from 'pg';

/** Classes of tickets that become conversations by the mapping, in the order of their names. */
export async function ticketClasses(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ class: string }>('select class from staging.ticket_class order by class');
  return rows.map((row) => row.class);
}
