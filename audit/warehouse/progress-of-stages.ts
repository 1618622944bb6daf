import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';

/** Whether a transform has run: before the first one the relations behind staging are empty, which says nothing about the data. */
export async function isTransformed(pool: pg.Pool): Promise<boolean> {
  const row = await warehouse(pool).selectFrom('ops.setting').select('is_only').executeTakeFirst();
  return row !== undefined;
}

/** Whether anything was extracted. */
export async function isExtracted(pool: pg.Pool): Promise<boolean> {
  const row = await warehouse(pool).selectFrom('staging.held_object').select('source_key').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Whether the views are there: what they say of the mapping alone is known before the first transform. */
export async function hasViews(pool: pg.Pool): Promise<boolean> {
  const { has_views: isThere } = await warehouse(pool)
    .selectNoFrom(sql<boolean>`to_regclass('intercom.attribute') is not null`.as('has_views'))
    .executeTakeFirstOrThrow();
  return isThere;
}
