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

/** Whether the views are there: what they say of the mapping alone is known before the first transform. */
export async function hasViews(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ has_views: boolean }>(
    `select to_regclass('intercom.attribute') is not null as has_views`,
  );
  return rows[0]?.has_views === true;
}
