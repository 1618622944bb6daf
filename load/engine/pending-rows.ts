import type pg from 'pg';

/**
 * Pages of a query's rows, read through one server-side cursor: the query runs once, its result waits in the database's
 * own temporary files, and no transaction stays open while the load takes its time.
 */
export async function* pendingPages<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  query: string,
  parameters: readonly unknown[],
  pageSize: number,
): AsyncGenerator<Row[]> {
  const client = await pool.connect();
  try {
    await client.query(`declare pending cursor with hold for ${query}`, [...parameters]);
    for (;;) {
      const page = await client.query<Row>(`fetch ${pageSize} from pending`);
      if (page.rows.length === 0) return;
      yield page.rows;
    }
  } finally {
    await client.query('close pending').then(
      () => client.release(),
      (error: Error) => client.release(error),
    );
  }
}
