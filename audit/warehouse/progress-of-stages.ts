import type pg from 'pg';

/** Whether a transform has run: before the first one the relations behind staging are empty, which says nothing about the data. */
export async function isTransformed(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is_transformed: boolean }>(
    'select exists (select from ops.setting) as is_transformed',
  );
  return rows[0]?.is_transformed === true;
}

/** Whether anything was extracted. */
export async function isExtracted(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is_extracted: boolean }>(
    'select exists (select from staging.held_object) as is_extracted',
  );
  return rows[0]?.is_extracted === true;
}
