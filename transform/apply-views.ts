import { sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../platform/database.ts';
import { clockTimestamp, warehouse } from '../platform/warehouse.ts';
import { inheritComments } from './inherit-comments.ts';
import { createIndexes } from './materialised/materialised-indexes.ts';
import {
  definitionNameOf,
  type MaterialisedRelation,
  materialisedRelations,
} from './materialised/materialised-relations.ts';
import { hashOf, layers, readViewFiles, type ViewFile } from './view-files.ts';

// One lock for everything that changes views or materialised tables; two transforms at once would undo each other's work.
export const transformLock = 4_711_000_002;

/**
 * Brings the views of all layers up to their files: as a set, in one transaction, and only when any file changed.
 * Returns the files and whether they were applied now.
 */
export async function applyViews(pool: pg.Pool): Promise<{ files: ViewFile[]; isChanged: boolean }> {
  const files = await readViewFiles();
  const hash = hashOf(files);
  // Asked before the lock too: who only reads the views need not wait for a transform that goes on.
  if (await isApplied(pool, hash)) return { files, isChanged: false };
  const isChanged = await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [transformLock]);
    if (await isApplied(client, hash)) return false;
    await recreateViews(client, files);
    await warehouse(client)
      .insertInto('ops.view_set')
      .values({ schema_name: 'all', hash })
      .onConflict((conflict) =>
        conflict
          .column('schema_name')
          .doUpdateSet((excluded) => ({ hash: excluded.ref('excluded.hash'), applied_at: clockTimestamp })),
      )
      .execute();
    return true;
  });
  return { files, isChanged };
}

async function isApplied(database: Parameters<typeof warehouse>[0], hash: string): Promise<boolean> {
  const rows = await warehouse(database)
    .selectFrom('ops.view_set')
    .select('hash')
    .where('schema_name', '=', 'all')
    .execute();
  return rows[0]?.hash === hash;
}

/** Drops and creates all views inside the caller's transaction. Materialised tables stay unless their columns changed. */
async function recreateViews(client: pg.ClientBase, files: readonly ViewFile[]): Promise<void> {
  const { schema } = warehouse(client);
  for (const layer of layers) await schema.createSchema(layer).ifNotExists().execute();
  await dropAll.execute(warehouse(client));
  for (const file of files) {
    await client.query(file.sql);
    await inheritComments(client, file.name);
    const materialised = materialisedRelations.find((relation) => definitionNameOf(relation) === file.name);
    if (materialised !== undefined) await ensureTable(client, materialised);
  }
}

// Views first: they use the functions. All names are read before the first drop, for a function that takes rows of a view goes with it.
const layerNames = sql.join(layers.map((layer) => sql.lit(layer)));
const dropAll = sql`do $$
declare
  statement text;
begin
  foreach statement in array array(
    select format('drop view if exists %I.%I cascade', schemaname, viewname)
    from pg_views where schemaname = any (array[${layerNames}])
  ) || array(
    select format('drop function if exists %s cascade', p.oid::regprocedure)
    from pg_proc p where p.pronamespace::regnamespace::text = any (array[${layerNames}])
  ) loop
    execute statement;
  end loop;
end $$`;

const columnsOf = `select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum) as columns
  from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`;

/** Creates the table of a materialised relation, or empties it into a new shape when its definition has other columns now. */
async function ensureTable(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<void> {
  const { relation } = materialised;
  const definition = definitionNameOf(materialised);
  const wanted = await client.query<{ columns: string | null }>(columnsOf, [definition]);
  const present = await client.query<{ columns: string | null }>(columnsOf, [relation]);
  if (present.rows[0]?.columns !== wanted.rows[0]?.columns) {
    const table = sql.table(relation);
    await sql`drop table if exists ${table} cascade`.execute(warehouse(client));
    await sql`create table ${table} as table ${sql.table(definition)} with no data`.execute(warehouse(client));
    await warehouse(client).deleteFrom('ops.materialised').where('relation', '=', relation).execute();
  }
  await createIndexes(client, materialised);
  await copyComments(client, relation, definition);
}

/** The table says what its definition says: \d+ is the data dictionary. */
async function copyComments(client: pg.ClientBase, relation: string, definition: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('comment on %s is %L', target, description) as statement
     from (
       select case when d.objsubid = 0 then 'table ' || $1 else format('column %s.%I', $1::text, a.attname) end as target, d.description
       from pg_description d
       left join pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid
       where d.classoid = 'pg_class'::regclass and d.objoid = to_regclass($2)) as described`,
    [relation, definition],
  );
  for (const { statement } of rows) await client.query(statement);
}
