import { sql } from 'kysely';
import type pg from 'pg';
import { FailedError } from '../platform/errors.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';
import { type Culprit, errorAboutData, mostCulprits } from './culprit.ts';
import { findByHiding } from './find-by-hiding.ts';
import { definitionNameOf, type MaterialisedRelation } from './materialised/materialised-relations.ts';
import type { ViewFile } from './view-files.ts';

/** Records that an error names; more would say no more. */
const mostNamed = 5;

/** A relation that cannot be computed, and the records at fault as far as they could be identified. */
export class NotComputable extends Error {
  override name = 'NotComputable';
  readonly relation: string;
  readonly culprits: readonly Culprit[];

  constructor(relation: string, culprits: readonly Culprit[], cause: Error) {
    super(cause.message, { cause });
    this.relation = relation;
    this.culprits = culprits;
  }

  /** Whether the transform may go on without the culprits. */
  get canGoOn(): boolean {
    return this.culprits.length > 0 && this.culprits.length < mostCulprits;
  }

  /** The failure in words, where the transform cannot go on without the culprits. */
  asFailure(): FailedError {
    const named = this.culprits.slice(0, mostNamed).map(({ key }) => key);
    const subject = named.length === 0 ? 'a record that could not be identified' : named.join(', ');
    const more = this.culprits.length > mostNamed ? ` and of ${this.culprits.length - mostNamed} more at least` : '';
    return new FailedError(
      `${this.relation} cannot be computed: ${this.message}. The value belongs to ${subject}${more}.`,
      {
        stage: 'transform',
        nextStep: `Look at it with: itop-to-intercom explain ${named[0] ?? '<ref>'}. Correct it in iTop, then: itop-to-intercom extract --delta`,
        cause: this.cause,
      },
    );
  }
}

interface Candidate {
  readonly key: string;
  readonly version: string;
}

/**
 * The records whose values a relation cannot be computed with, 100 at most: the tickets, or the objects that the relation has rows of, are
 * halved until each that fails stands alone. Where that finds none but those that are set aside already, because rows are keyed by
 * something else, any record without which it can be computed. Leaves nothing written; the client is in a transaction.
 */
export async function findCulprits(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  files: readonly ViewFile[],
): Promise<Culprit[]> {
  const culprits: Culprit[] = [];
  await halve(client, materialised, await candidatesOf(client, materialised), culprits);
  const known = await warehouse(client).selectFrom('ops.set_aside').select('source_key').execute();
  const knownKeys = new Set(known.map((row) => row.source_key));
  if (culprits.some(({ key }) => !knownKeys.has(key))) return culprits;
  const others = await findByHiding(client, definitionNameOf(materialised), files);
  return others.length > 0 ? others : culprits;
}

/** Objects that rows of a relation without a ticket are named by. */
const rowOwners = ['Contact', 'Organization', 'User'];

async function candidatesOf(client: pg.ClientBase, { owner, objects }: MaterialisedRelation): Promise<Candidate[]> {
  return warehouse(client)
    .selectFrom('staging.held_object')
    .select(['source_key as key', 'raw_version as version'])
    .where('root_class', '=', anyOf(owner === undefined ? (objects ?? rowOwners) : ['Ticket']))
    .orderBy('key')
    .execute();
}

async function halve(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  candidates: readonly Candidate[],
  culprits: Culprit[],
): Promise<void> {
  const [only] = candidates;
  if (only === undefined || culprits.length >= mostCulprits) return;
  const message = await whyNotComputable(client, materialised, candidates);
  if (message === undefined) return;
  if (candidates.length === 1) {
    culprits.push({ ...only, message });
    return;
  }
  const middle = Math.ceil(candidates.length / 2);
  await halve(client, materialised, candidates.slice(0, middle), culprits);
  await halve(client, materialised, candidates.slice(middle), culprits);
}

/** Whole rows are made into text, so that no column is left out as not asked for. */
async function whyNotComputable(
  client: pg.ClientBase,
  materialised: MaterialisedRelation,
  candidates: readonly Candidate[],
): Promise<string | undefined> {
  const column = materialised.owner ?? materialised.primaryKey;
  const computation = sql`
    select count(d::text) from unnest(${candidates.map(({ key }) => key)}::text[]) as k (key)
    cross join lateral (
      select * from ${sql.table(definitionNameOf(materialised))} where ${sql.ref(column)} = k.key offset 0) as d`;
  return (await errorAboutData(client, () => computation.execute(warehouse(client))))?.message;
}
