import type pg from 'pg';
import { indexedColumnsOf, type MaterialisedRelation } from './materialised-relations.ts';

const nameOf = ({ relation }: MaterialisedRelation): string => relation.split('.')[1] ?? relation;

/** Creates the primary key and the indexes of a materialised relation, where they are missing. */
export async function createIndexes(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<void> {
  const { relation, primaryKey } = materialised;
  const present = await client.query(`select from pg_constraint where conrelid = $1::regclass and contype = 'p'`, [
    relation,
  ]);
  if (present.rowCount === 0) await client.query(`alter table ${relation} add primary key (${primaryKey})`);
  for (const column of indexedColumnsOf(materialised)) {
    await client.query(`create index if not exists ${nameOf(materialised)}_${column}_idx on ${relation} (${column})`);
  }
  if (materialised.words !== undefined)
    await client.query(
      `create index if not exists ${nameOf(materialised)}_words_idx on ${relation} using gin (${materialised.words})`,
    );
}

/** Drops what `createIndexes` makes, before a table is filled from nothing. */
export async function dropIndexes(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<void> {
  const { relation } = materialised;
  const [schema] = relation.split('.');
  await client.query(`alter table ${relation} drop constraint if exists ${nameOf(materialised)}_pkey`);
  for (const column of indexedColumnsOf(materialised)) {
    await client.query(`drop index if exists ${schema}.${nameOf(materialised)}_${column}_idx`);
  }
  if (materialised.words !== undefined)
    await client.query(`drop index if exists ${schema}.${nameOf(materialised)}_words_idx`);
}
