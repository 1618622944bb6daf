import type pg from 'pg';
import { inTransaction } from '../platform/database.ts';
import {
  hashOf,
  layers,
  type MaterialisedRelation,
  materialisedRelations,
  readViewFiles,
  type ViewFile,
} from './view-files.ts';

// One lock for everything that changes views or materialised tables; two transforms at once would undo each other's work.
export const transformLock = 4_711_000_002;

/**
 * Brings the views of all layers up to their files: as a set, in one transaction, and only when any file changed.
 * Returns the files and whether they were applied now.
 */
export async function applyViews(pool: pg.Pool): Promise<{ files: ViewFile[]; isChanged: boolean }> {
  const files = await readViewFiles();
  const hash = hashOf(files);
  const isChanged = await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [transformLock]);
    const applied = await client.query<{ hash: string }>(`select hash from ops.view_set where schema_name = 'all'`);
    if (applied.rows[0]?.hash === hash) return false;
    await recreateViews(client, files);
    await client.query(
      `insert into ops.view_set (schema_name, hash) values ('all', $1)
       on conflict (schema_name) do update set hash = excluded.hash, applied_at = clock_timestamp()`,
      [hash],
    );
    return true;
  });
  return { files, isChanged };
}

/** Drops and creates all views inside the caller's transaction. Materialised tables stay unless their columns changed. */
export async function recreateViews(client: pg.ClientBase, files: readonly ViewFile[]): Promise<void> {
  for (const schema of ['staging', 'intermediate', 'intercom'])
    await client.query(`create schema if not exists ${schema}`);
  await client.query(dropStatement);
  for (const file of files) {
    await client.query(file.sql);
    const materialised = materialisedRelations.find((m) => m.definition === file.name);
    if (materialised !== undefined) await ensureTable(client, materialised);
  }
}

// Functions go last: views use them.
const dropStatement = `do $$
declare
  item record;
begin
  for item in
    select format('drop view if exists %I.%I cascade', schemaname, viewname) as statement
    from pg_views where schemaname = any (array['${layers.join("','")}'])
    union all
    select format('drop function if exists %s cascade', p.oid::regprocedure)
    from pg_proc p where p.pronamespace::regnamespace::text = any (array['staging', 'intermediate', 'intercom', 'reconcile'])
  loop
    execute item.statement;
  end loop;
end $$`;

/** Creates the table of a materialised relation, or empties it into a new shape when its definition has other columns now. */
async function ensureTable(
  client: pg.ClientBase,
  { relation, definition, primaryKey, owner }: MaterialisedRelation,
): Promise<void> {
  const columns = `select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum) as columns
    from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`;
  const wanted = await client.query<{ columns: string }>(columns, [definition]);
  const present = await client.query<{ columns: string | null }>(columns, [relation]);
  if (present.rows[0]?.columns === wanted.rows[0]?.columns) return;
  await client.query(`drop table if exists ${relation} cascade`);
  await client.query(`create table ${relation} as table ${definition} with no data`);
  await finishTable(client, relation, { primaryKey, owner, definition });
  await client.query('delete from ops.materialised where relation = $1', [relation]);
}

/** Key, index and comments of a freshly made table of a materialised relation. */
export async function finishTable(
  client: pg.ClientBase,
  table: string,
  shape: Pick<MaterialisedRelation, 'primaryKey' | 'owner' | 'definition'>,
): Promise<void> {
  await client.query(`alter table ${table} add primary key (${shape.primaryKey})`);
  await client.query(`create index on ${table} (${shape.owner})`);
  await client.query(`comment on table ${table} is 'Materialised from ${shape.definition}; columns as there.'`);
}
