import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

/** Something that has a planned form in Intercom. */
export interface Previewed {
  readonly key: string;
  readonly type: 'conversation' | 'custom_object_instance' | 'article';
  readonly title: string;
}

/** Everything that is planned, as `p`. */
function planned(pool: pg.Pool) {
  const ofType = (type: Previewed['type']) => sql.lit(type).as('type');
  const database = warehouse(pool);
  return database
    .selectFrom('intercom.conversation')
    .select(['target_key as key', ofType('conversation'), 'title', 'source_key'])
    .unionAll(
      database
        .selectFrom('intercom.custom_object_instance')
        .select(['target_key as key', ofType('custom_object_instance'), sql<null>`null`.as('title'), 'source_key']),
    )
    .unionAll(
      database.selectFrom('intercom.article').select(['target_key as key', ofType('article'), 'title', 'source_key']),
    )
    .as('p');
}

/** Objects that have no title of their own in Intercom are named as in iTop. */
const title = sql<string>`coalesce(p.title, nullif(concat_ws(' ', o.field ->> 'ref', coalesce(o.field ->> 'title', o.field ->> 'name')), ''), p.key)`;

const ref = sql<string | null>`o.field ->> 'ref'`;

/**
 * What the page shows: what is named by ref or key, in that order; else the sample: its tickets, then the objects and articles
 * that it holds for what they show. Throws RefusedError for what is not planned, and where no sample is drawn.
 */
export async function findPreviewed(pool: pg.Pool, names: readonly string[]): Promise<Previewed[]> {
  if (names.length === 0) {
    const rows = await readSample(pool);
    if (rows.some((row) => row.type === 'conversation')) return rows;
    throw new RefusedError('There is no sample to show.', {
      stage: 'preview',
      nextStep: 'itop-to-intercom sample; or name tickets: itop-to-intercom preview R-000123',
    });
  }
  const rows = await readNamed(pool, names);
  const byName = new Map<string, Previewed>(
    rows.flatMap((row) => [[row.key, row] as const, [row.ref ?? '', row] as const]),
  );
  const unknown = names.filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    throw new RefusedError(`Nothing is planned for ${unknown.join(', ')}.`, {
      stage: 'preview',
      nextStep: 'Name a ref (R-000123) or a key (Ticket::83, FAQ::1) of something that was extracted and transformed.',
    });
  }
  return names.flatMap((name) => byName.get(name) ?? []);
}

function readSample(pool: pg.Pool): Promise<Previewed[]> {
  return warehouse(pool)
    .selectFrom('ops.sample as s')
    .innerJoin(planned(pool), (join) => join.onRef('p.key', '=', 's.target_key').onRef('p.type', '=', 's.target_type'))
    .innerJoin('staging.object as o', 'o.source_key', 'p.source_key')
    .select(['p.key', 'p.type', title.as('title')])
    .where((is) => is.or([is('s.target_type', '=', 'conversation'), is('s.covers', '<>', sql<string[]>`'{}'`)]))
    .orderBy(sql`array_position(array['conversation', 'custom_object_instance', 'article'], p.type)`)
    .orderBy('s.position')
    .execute();
}

function readNamed(pool: pg.Pool, names: readonly string[]): Promise<(Previewed & { ref: string | null })[]> {
  return warehouse(pool)
    .with(
      (name) => name('o').materialized(),
      (given) => {
        const objects = given.selectFrom('staging.object as o').select(['o.source_key', 'o.field']);
        const byRef = objects.where('o.root_class', '=', 'Ticket').where(ref, '=', anyOf(names));
        return objects.where('o.source_key', '=', anyOf(names)).union(byRef);
      },
    )
    .selectFrom('o')
    .innerJoin(planned(pool), 'p.source_key', 'o.source_key')
    .select(['p.key', 'p.type', title.as('title'), ref.as('ref')])
    .execute();
}
