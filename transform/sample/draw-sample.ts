import { type Expression, type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { type Chosen, coverGreedily } from './cover.ts';
import { featuresOf, findCandidates, relationOf, type SampleType } from './feature-extremes.ts';

export interface SampleSize {
  readonly tickets: number;
  readonly contacts: number;
  readonly companies: number;
}

/** As many objects as a person reads in an hour or two. */
export const usualSampleSize: SampleSize = { tickets: 75, contacts: 150, companies: 30 };

export interface SampleOutcome {
  /** Traits that occur and are shown by the sample. */
  readonly features: number;
  /** Objects the cover alone takes, by type. */
  readonly cover: Readonly<Record<string, number>>;
  /** Objects of the sample, by type; more than asked where the cover needs more. */
  readonly objects: Readonly<Record<string, number>>;
}

/**
 * Draws a sample that shows every trait that occurs, with the people, companies and collections its objects need, filled up to
 * the asked size, and stores it in `ops.sample`. The same data give the same sample.
 */
export async function drawSample(pool: pg.Pool, size: SampleSize): Promise<SampleOutcome> {
  const candidates = await findCandidates(pool);
  if (!candidates.has('conversation')) {
    throw new RefusedError('There is nothing to draw a sample from: no conversation is planned.', {
      stage: 'sample',
      nextStep: 'itop-to-intercom extract, then transform',
    });
  }
  const shown = await featuresOf(pool, [...candidates.values()].flat());
  const types: readonly SampleType[] = ['conversation', 'custom_object_instance', 'article', 'contact', 'company'];
  const cover = new Map<SampleType, Chosen[]>();
  for (const type of types) {
    const keys = new Set(candidates.get(type));
    cover.set(type, coverGreedily(new Map([...shown].filter(([key]) => keys.has(key)))));
  }
  const objects = await inTransaction(pool, async (client) => {
    // Whoever draws at the same time comes after, and meanwhile everybody reads the former sample.
    await client.query('lock table ops.sample in share row exclusive mode');
    await warehouse(client).deleteFrom('ops.sample').execute();
    for (const type of types) await keep(client, type, cover.get(type) ?? []);
    await fillUp(client, 'conversation', size.tickets);
    await addNeeded(client);
    await fillUp(client, 'contact', size.contacts);
    await fillUp(client, 'company', size.companies);
    await addCompanies(client);
    const counted = await warehouse(client)
      .selectFrom('ops.sample')
      .select(['target_type', sql<number>`count(*)::integer`.as('count')])
      .groupBy('target_type')
      .orderBy('target_type')
      .execute();
    return Object.fromEntries(counted.map((row) => [row.target_type, row.count]));
  });
  return {
    features: [...cover.values()].flat().reduce((sum, { covers }) => sum + covers.length, 0),
    cover: Object.fromEntries(
      [...cover].map(([type, chosen]) => [type, chosen.length]).filter(([, count]) => count !== 0),
    ),
    objects,
  };
}

async function keep(client: pg.ClientBase, type: SampleType, chosen: readonly Chosen[]): Promise<void> {
  const rows = JSON.stringify(chosen.map(({ key, covers }, i) => ({ key, place: i + 1, covers })));
  await sql`
    insert into ops.sample (target_key, target_type, source_key, position, covers)
    select c.key, ${type}, coalesce(r.source_key, c.key), c.place, c.covers
    from jsonb_to_recordset(${rows}) as c (key text, place integer, covers text[])
    left join ${sql.table(relationOf[type])} r on r.target_key = c.key
    on conflict (target_key) do nothing`.execute(warehouse(client));
}

/** Fills a type up to the asked number, in the order of a hash. */
async function fillUp(client: pg.ClientBase, type: SampleType, wanted: number): Promise<void> {
  const present = sql`(select count(*) from ops.sample s where s.target_type = ${type})`;
  await sql`
    insert into ops.sample (target_key, target_type, source_key, position)
    select r.target_key, ${type}, r.source_key, ${present} + row_number() over (order by md5(r.target_key))
    from ${sql.table(relationOf[type])} r
    where not exists (select from ops.sample s where s.target_key = r.target_key)
    order by md5(r.target_key)
    limit greatest(${wanted} - ${present}, 0)`.execute(warehouse(client));
}

/** Takes the objects with these keys into the sample, where it does not hold them yet. */
async function addByKeys(
  client: pg.ClientBase,
  type: SampleType,
  keys: Expression<{ key: string | null }> | Expression<{ key: string }>,
): Promise<void> {
  await sql`
    insert into ops.sample (target_key, target_type, source_key, position)
    select r.target_key, ${type}, r.source_key,
           (select count(*) from ops.sample s where s.target_type = ${type}) + row_number() over (order by r.target_key)
    from ${sql.table(relationOf[type])} r
    where r.target_key in (${keys}) and not exists (select from ops.sample s where s.target_key = r.target_key)`.execute(
    warehouse(client),
  );
}

/** The people of the chosen conversations, their companies, and the collections of the articles. */
async function addNeeded(client: pg.ClientBase): Promise<void> {
  const db = warehouse(client);
  const chosen = db
    .selectFrom('ops.sample as s')
    .innerJoin('intercom.conversation as c', 'c.target_key', 's.target_key');
  const authors = db
    .selectFrom('ops.sample as s')
    .innerJoin('intercom.conversation_part as p', 'p.conversation_key', 's.target_key')
    .select('p.author_key as key')
    .$narrowType<{ key: NotNull }>()
    .where('p.author_kind', '=', 'contact');
  await addByKeys(client, 'contact', chosen.select('c.contact_key as key').union(authors));
  await addByKeys(client, 'company', chosen.select('c.company_key as key'));
  await db
    .withRecursive('needed', (is) =>
      is
        .selectFrom('intercom.article as a')
        .innerJoin('ops.sample as s', 's.target_key', 'a.target_key')
        .select('a.collection_key as target_key')
        .union(
          is
            .selectFrom('intercom.collection as c')
            .innerJoin('needed as n', 'n.target_key', 'c.target_key')
            .select('c.parent_key as target_key'),
        ),
    )
    .insertInto('ops.sample')
    .columns(['target_key', 'target_type', 'source_key', 'position'])
    .expression((is) =>
      is
        .selectFrom('intercom.collection as c')
        .innerJoin('needed as n', 'n.target_key', 'c.target_key')
        .select(({ val }) => [
          'c.target_key',
          val('collection').as('target_type'),
          'c.source_key',
          sql<number>`row_number() over (order by c.target_key)`.as('position'),
        ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const related = db
    .selectFrom('ops.sample as s')
    .innerJoin('intercom.conversation_relation as r', 'r.conversation_key', 's.target_key')
    .select(sql<string>`unnest(r.instance_keys)`.as('key'));
  await addByKeys(client, 'custom_object_instance', related);
}

/** Every contact of the sample with all its companies: a link needs both ends. */
async function addCompanies(client: pg.ClientBase): Promise<void> {
  const linked = warehouse(client)
    .selectFrom('ops.sample as s')
    .innerJoin('intercom.contact_company as l', 'l.contact_key', 's.target_key')
    .select('l.company_key as key');
  await addByKeys(client, 'company', linked);
}
