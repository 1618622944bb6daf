import type pg from 'pg';
import { FailedError } from '../platform/errors.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';
import { definitionNameOf, type MaterialisedRelation } from './materialised-relations.ts';

/** Records that are named; more would say no more. */
const mostNamed = 5;

/** Class 22: a value is at fault; class 54: it goes beyond a limit, such as the size of a row or a depth. */
export function isAboutData(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('54');
}

/**
 * The failure of a relation that Postgres cannot compute, with the records whose values it cannot: the tickets, or whatever the
 * relation has rows of, are halved until each that fails stands alone. Leaves nothing written; the client is in a transaction.
 */
export async function failureOf(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  cause: Error,
): Promise<FailedError> {
  const culprits: string[] = [];
  await halve(client, materialised, await keysOf(client, materialised), culprits);
  const subject = culprits.length === 0 ? 'a record' : culprits.join(', ');
  return new FailedError(
    `${materialised.relation} cannot be computed: ${cause.message}. The value is of ${subject}${culprits.length === mostNamed ? ', ...' : ''}.`,
    {
      stage: 'transform',
      nextStep: `Look at it with: itop-to-intercom explain ${culprits[0] ?? '<ref>'}. Correct it in iTop, then: itop-to-intercom extract --delta`,
      cause,
    },
  );
}

async function keysOf(client: pg.ClientBase, { owner, objects, comparedOn }: MaterialisedRelation): Promise<string[]> {
  const rows = await warehouse(client)
    .selectFrom('raw.head')
    .select('source_key as key')
    .where('op', '=', 'upsert')
    .where('root_class', '=', anyOf(owner === undefined ? (objects ?? comparedOn) : ['Ticket']))
    .orderBy('key')
    .execute();
  return rows.map(({ key }) => key);
}

async function halve(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  keys: readonly string[],
  culprits: string[],
): Promise<void> {
  const [only] = keys;
  if (only === undefined || culprits.length >= mostNamed || (await isComputable(client, materialised, keys))) return;
  if (keys.length === 1) {
    culprits.push(only);
    return;
  }
  const middle = Math.ceil(keys.length / 2);
  await halve(client, materialised, keys.slice(0, middle), culprits);
  await halve(client, materialised, keys.slice(middle), culprits);
}

/** Whole rows are made into text, so that no column is left out as not asked for. */
async function isComputable(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  keys: readonly string[],
): Promise<boolean> {
  const column = materialised.owner ?? materialised.primaryKey;
  await client.query('savepoint probe');
  try {
    await client.query(
      `select count(d::text) from unnest($1::text[]) as k (key)
       cross join lateral (select * from ${definitionNameOf(materialised)} where ${column} = k.key offset 0) as d`,
      [keys],
    );
    return true;
  } catch (error) {
    if (!isAboutData(error)) throw error;
    return false;
  } finally {
    await client.query('rollback to savepoint probe');
  }
}
