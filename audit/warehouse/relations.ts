import type pg from 'pg';

/** Whether a relation is there: views exist after the first transform only. */
export async function hasRelation(pool: pg.Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [name]);
  return rows[0]?.is_there === true;
}

/** Whether a relation that is there holds anything; `name` is one of ours, never text of the data. */
export async function hasRows(pool: pg.Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query<{ has_rows: boolean }>(`select exists (select from ${name}) as has_rows`);
  return rows[0]?.has_rows === true;
}
