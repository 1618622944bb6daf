import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../platform/warehouse.ts';
import { type Culprit, errorAboutData, mostCulprits } from './culprit.ts';
import { type MaterialisedRelation, materialisedRelations } from './materialised/materialised-relations.ts';
import { computeWhole } from './materialised/reading-whole.ts';
import { closureOf, type ViewFile } from './view-files.ts';

/** A view that cannot be computed, and the tables below it that hold what other views computed. */
interface Computation {
  readonly client: pg.ClientBase;
  readonly view: string;
  readonly tables: readonly MaterialisedRelation[];
}

/**
 * The smallest set of records of one class, or else of all, without which a view can be computed, whatever its rows are keyed by: objects are
 * hidden from the views as if they were set aside, with the rows that are named by them, and halved. Empty where that does not help;
 * at most about 100. Leaves nothing written; the client is in a transaction. While objects are hidden, the landing of new versions of them waits.
 */
export async function findByHiding(
  client: pg.ClientBase,
  view: string,
  files: readonly ViewFile[],
): Promise<Culprit[]> {
  const read = closureOf(view, files);
  const computation = { client, view, tables: materialisedRelations.filter(({ relation }) => read.has(relation)) };
  const versions = new Map<string, string>();
  const classes = new Map<string, string[]>();
  for (const row of await usableObjects(client)) {
    versions.set(row.source_key, row.version_id);
    const keys = classes.get(row.root_class) ?? [];
    classes.set(row.root_class, keys);
    keys.push(row.source_key);
  }
  let best: readonly string[] | undefined;
  // Of two that would do, the one of the larger class: fewer others depend on it.
  for (const keys of [...classes.values()].sort((a, b) => b.length - a.length)) {
    const found = await smallestCure(computation, keys);
    if (found !== undefined && (best === undefined || found.length < best.length)) best = found;
    if (best?.length === 1) break;
  }
  best ??= (await smallestCure(computation, [...versions.keys()])) ?? [];
  const culprits: Culprit[] = [];
  for (const key of best) {
    const others = best.filter((other) => other !== key);
    const message = best.length < mostCulprits ? await whyNotWithout(computation, others) : undefined;
    culprits.push({ key, version: versions.get(key) ?? '', message: message ?? 'it is one of many' });
  }
  return culprits;
}

/** What views see: not what is set aside already. */
function usableObjects(client: pg.ClientBase) {
  return warehouse(client)
    .selectFrom('raw.head')
    .select(['source_key', 'root_class', 'version_id'])
    .where('op', '=', 'upsert')
    .where((is) => is('set_aside_version_id', 'is distinct from', is.ref('version_id')))
    .orderBy('source_key')
    .execute();
}

async function smallestCure(computation: Computation, keys: readonly string[]): Promise<string[] | undefined> {
  if ((await whyNotWithout(computation, keys)) !== undefined) return undefined;
  return within(computation, [], keys);
}

/** Those of the candidates that have to be hidden. Without `hidden` and all candidates the view can be computed, without `hidden` alone it cannot. */
async function within(
  computation: Computation,
  hidden: readonly string[],
  candidates: readonly string[],
): Promise<string[]> {
  if (candidates.length <= 1) return [...candidates];
  const middle = Math.ceil(candidates.length / 2);
  const [first, second] = [candidates.slice(0, middle), candidates.slice(middle)];
  if ((await whyNotWithout(computation, [...hidden, ...first])) === undefined)
    return within(computation, hidden, first);
  const ofSecond = await within(computation, [...hidden, ...first], second);
  if (ofSecond.length >= mostCulprits) return ofSecond;
  if ((await whyNotWithout(computation, [...hidden, ...ofSecond])) === undefined) return ofSecond;
  return [...ofSecond, ...(await within(computation, [...hidden, ...ofSecond], first))];
}

/** What Postgres says when the view is computed without some objects; undefined where it can be. */
async function whyNotWithout(computation: Computation, keys: readonly string[]): Promise<string | undefined> {
  return (await errorAboutData(computation.client, () => computeWithout(computation, keys)))?.message;
}

/** Hides the objects as if they were set aside, with the rows that are named by them, and computes the view. */
async function computeWithout({ client, view, tables }: Computation, keys: readonly string[]): Promise<void> {
  await client.query(
    `create temporary table hidden_object on commit drop as select key from unnest($1::text[]) as key`,
    [keys],
  );
  await client.query('analyze hidden_object');
  const database = warehouse(client).$extendTables<{ hidden_object: { key: string } }>();
  // Locked in the order in which landing locks them: neither can wait for the other for ever.
  await database
    .with('locked', (given) =>
      given
        .selectFrom('raw.head as h')
        .innerJoin('hidden_object as o', 'o.key', 'h.source_key')
        .select('h.source_key')
        .orderBy('h.source_key')
        .forUpdate('h'),
    )
    .updateTable('raw.head as h')
    .from('locked as l')
    .set((head) => ({ set_aside_version_id: head.ref('h.version_id') }))
    .whereRef('h.source_key', '=', 'l.source_key')
    .execute();
  for (const { relation, primaryKey, owner = primaryKey } of tables)
    await sql`
      delete from ${sql.table(relation)} t where exists (
        select from regexp_matches(${sql.ref(`t.${primaryKey}`)} || ' ' || ${sql.ref(`t.${owner}`)}, '[^ /#]+::[0-9]+', 'g') as named
        join hidden_object h on h.key = named[1])`.execute(database);
  await computeWhole(client, view);
}
