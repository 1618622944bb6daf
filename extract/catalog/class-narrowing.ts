import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { Narrowing } from '../reader/rest-reader.ts';

/**
 * What is asked of a class whose query would bring too much, by class name:
 * - of the history of creations only those of tickets: they tell who opened one;
 * - of a class that has classes below it only the objects of the class itself: the others are read with their own attributes.
 */
export async function classNarrowings(pool: pg.Pool): Promise<ReadonlyMap<string, Narrowing>> {
  const rows = await warehouse(pool)
    .selectFrom('ops.itop_class as c')
    .select(['c.class', 'c.root_class', 'c.is_concrete'])
    .where(({ or, not, exists, selectFrom }) => {
      const below = selectFrom('ops.itop_class as d').select('d.class').whereRef('d.parent_class', '=', 'c.class');
      return or([sql.ref<boolean>('c.is_concrete'), not(exists(below))]);
    })
    .orderBy('c.class')
    .execute();
  const tickets = rows.filter((row) => row.root_class === 'Ticket').map((row) => row.class);
  return new Map<string, Narrowing>([
    ['CMDBChangeOpCreate', { attribute: 'objclass', values: tickets }],
    ...rows
      .filter((row) => row.is_concrete)
      .map((row): [string, Narrowing] => [row.class, { attribute: 'finalclass', values: [row.class] }]),
  ]);
}
