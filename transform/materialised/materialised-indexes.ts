import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { indexedColumnsOf, type MaterialisedRelation } from './materialised-relations.ts';

const layerOf = ({ relation }: MaterialisedRelation): string => relation.split('.')[0] ?? relation;
const nameOf = ({ relation }: MaterialisedRelation): string => relation.split('.')[1] ?? relation;
const primaryKeyOf = (materialised: MaterialisedRelation): string => `${nameOf(materialised)}_pkey`;
const indexOf = (materialised: MaterialisedRelation, of: string): string => `${nameOf(materialised)}_${of}_idx`;

/** Creates the primary key and the indexes of a materialised relation, where they are missing. */
export async function createIndexes(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<void> {
  const { relation, primaryKey, words } = materialised;
  const { schema } = warehouse(client);
  const present = await client.query(`select from pg_constraint where conrelid = $1::regclass and contype = 'p'`, [
    relation,
  ]);
  if (present.rowCount === 0)
    await schema.alterTable(relation).addPrimaryKeyConstraint(primaryKeyOf(materialised), [primaryKey]).execute();
  const create = (of: string) => schema.createIndex(indexOf(materialised, of)).ifNotExists().on(relation);
  for (const column of indexedColumnsOf(materialised)) await create(column).column(column).execute();
  if (words !== undefined) await create('words').using('gin').expression(sql.raw(words)).execute();
}

/** Drops what `createIndexes` makes, before a table is filled from nothing. */
export async function dropIndexes(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<void> {
  const { relation, words } = materialised;
  const { schema } = warehouse(client);
  await schema.alterTable(relation).dropConstraint(primaryKeyOf(materialised)).ifExists().execute();
  const drop = (of: string) => schema.withSchema(layerOf(materialised)).dropIndex(indexOf(materialised, of)).ifExists();
  for (const column of indexedColumnsOf(materialised)) await drop(column).execute();
  if (words !== undefined) await drop('words').execute();
}
