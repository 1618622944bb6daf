import type pg from 'pg';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import { isAboutData } from '../culprit.ts';
import { findCulprits, NotComputable } from '../find-culprits.ts';
import { builtFingerprint, fingerprintOf } from './fingerprint.ts';
import { createIndexes, dropIndexes } from './materialised-indexes.ts';
import { definitionNameOf, type MaterialisedRelation } from './materialised-relations.ts';
import { readingWhole } from './reading-whole.ts';
import type { RefreshContext } from './refresh-context.ts';

/** What became of one materialised relation, and why. */
export interface Refresh {
  readonly relation: string;
  readonly kind: 'full' | 'incremental' | 'unchanged';
  readonly reason: string;
  /** Tickets, or rows where a relation has no owner, that were written. */
  readonly written: number;
  /** Time it took, the build of the relation alone. */
  readonly seconds: number;
}

type Refreshed = Omit<Refresh, 'seconds'>;

/** Brings one relation up to date. Throws NotComputable where a value stops it. */
export async function refreshRelation(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refresh> {
  const startedAt = performance.now();
  const { client } = context;
  await client.query('savepoint relation');
  const refreshed = await bringUpToDate(context, materialised).catch(async (error: unknown) => {
    if (!isAboutData(error)) throw error;
    await client.query('rollback to savepoint relation');
    throw new NotComputable(materialised.relation, await findCulprits(client, materialised, context.files), error);
  });
  await client.query('release savepoint relation');
  return { ...refreshed, seconds: (performance.now() - startedAt) / 1_000 };
}

async function bringUpToDate(context: RefreshContext, materialised: MaterialisedRelation): Promise<Refreshed> {
  const { client } = context;
  const { relation, owner, objects } = materialised;
  const fingerprint = fingerprintOf(context, relation);
  const built = await builtFingerprint(client, relation);
  if (built !== fingerprint) {
    const reason = built === undefined ? 'first build' : 'its SQL, the mapping or a setting changed';
    const written = await rebuild(client, materialised);
    await warehouse(client)
      .insertInto('ops.materialised')
      .values({ relation, fingerprint })
      .onConflict((conflict) =>
        conflict.column('relation').doUpdateSet((excluded) => ({
          fingerprint: excluded.ref('excluded.fingerprint'),
          refreshed_at: clockTimestamp,
        })),
      )
      .execute();
    return { relation, kind: 'full', reason, written };
  }
  const causes = await changedAmong(client, materialised);
  if (causes.length > 0) return compareWhole(client, materialised, causes);
  if (owner !== undefined) return refreshOwners(client, materialised, owner);
  if (objects !== undefined) return refreshObjects(client, materialised, objects);
  return { relation, kind: 'unchanged', reason: 'nothing it reads changed', written: 0 };
}

/** Which of the classes and relations that a relation is compared on have changed. */
async function changedAmong(client: pg.ClientBase, { comparedOn }: MaterialisedRelation): Promise<string[]> {
  if (comparedOn.length === 0) return [];
  const { rows } = await client.query<{ root_class: string }>(
    'select distinct root_class from changed_key where root_class = any ($1) order by 1',
    [comparedOn],
  );
  return rows.map((row) => row.root_class);
}

/**
 * Builds a relation from nothing. Readers wait for the end of the transaction: rows and indexes are written once, in order, which
 * takes half the time of filling a table that is indexed, and leaves no dead rows behind.
 */
async function rebuild(client: pg.ClientBase, materialised: MaterialisedRelation): Promise<number> {
  const { relation } = materialised;
  await client.query(`truncate ${relation}`);
  await dropIndexes(client, materialised);
  const inserted = await readingWhole(client, () =>
    client.query(`insert into ${relation} select * from ${definitionNameOf(materialised)}`),
  );
  await createIndexes(client, materialised);
  await client.query(`analyze ${relation}`);
  await warehouse(client).deleteFrom('ops.stale_owner').where('relation', '=', relation).execute();
  return inserted.rowCount ?? 0;
}

/**
 * Refreshes a relation as a whole, touching only rows that differ. The tickets that they name become out of date, also by a row that
 * is gone; of a relation without owner the keys count as changed themselves, of one for relations only the relation does.
 */
async function compareWhole(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  causes: readonly string[],
): Promise<Refreshed> {
  const { relation, primaryKey, owner, isForRelations = false } = materialised;
  const marked = isForRelations ? `'${relation}'` : (owner ?? primaryKey);
  await readingWhole(client, () =>
    client.query(`create temporary table computed on commit drop as select * from ${definitionNameOf(materialised)}`),
  );
  const { rows } = await client.query<{ count: number }>(
    `with gone as (
       delete from ${relation} old using (table ${relation} except table computed) as differing
       where old.${primaryKey} = differing.${primaryKey} returning old.*
     ), differing as (
       table gone union all (table computed except table ${relation})
     ), noted as (
       insert into changed_key (key, root_class) select distinct ${marked}, $1 from differing
     )
     select count(distinct ${primaryKey})::integer as count from differing`,
    [owner === undefined ? relation : 'Ticket'],
  );
  await client.query(
    `insert into ${relation} select c.* from computed c where not exists (select from ${relation} r where r.${primaryKey} = c.${primaryKey})`,
  );
  await client.query('drop table computed');
  await warehouse(client).deleteFrom('ops.stale_owner').where('relation', '=', relation).execute();
  const count = rows[0]?.count ?? 0;
  const reason = `compared as a whole, because of ${causes.join(', ')}`;
  return { relation, kind: count === 0 ? 'unchanged' : 'incremental', reason, written: count };
}

async function refreshOwners(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  owner: string,
): Promise<Refreshed> {
  const { relation } = materialised;
  const stale = await warehouse(client)
    .deleteFrom('ops.stale_owner')
    .where('relation', '=', relation)
    .returning('owner_key')
    .execute();
  const keys = stale.map((row) => row.owner_key);
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'no ticket changed', written: 0 };
  await replaceRows(client, materialised, owner, keys);
  return { relation, kind: 'incremental', reason: `${keys.length} tickets changed`, written: keys.length };
}

/** Refreshes the rows of the objects that changed: each row is computed from its object alone. */
async function refreshObjects(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  rootClasses: readonly string[],
): Promise<Refreshed> {
  const { relation, primaryKey } = materialised;
  const { rows } = await client.query<{ keys: string[] }>(
    `select coalesce(array_agg(key), '{}') as keys from changed_key where root_class = any ($1)`,
    [rootClasses],
  );
  const keys = rows[0]?.keys ?? [];
  if (keys.length === 0) return { relation, kind: 'unchanged', reason: 'nothing it reads changed', written: 0 };
  await replaceRows(client, materialised, primaryKey, keys);
  return { relation, kind: 'incremental', reason: `${keys.length} objects changed`, written: keys.length };
}

/** Computes the rows of some keys again. */
async function replaceRows(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  column: string,
  keys: readonly string[],
): Promise<void> {
  const { relation } = materialised;
  await client.query(`delete from ${relation} where ${column} = any ($1)`, [keys]);
  // "offset 0" keeps the inner query whole, so that the key reaches every view below it.
  await client.query(
    `insert into ${relation} select d.* from unnest($1::text[]) as k (key)
     cross join lateral (select * from ${definitionNameOf(materialised)} where ${column} = k.key offset 0) as d`,
    [keys],
  );
}
