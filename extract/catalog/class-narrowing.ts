import type pg from 'pg';
import type { Narrowing } from '../reader/rest-reader.ts';

/**
 * What is asked of a class whose query would bring too much, by class name:
 * - of the history of creations only those of tickets: they tell who opened one;
 * - of a class that has classes below it only the objects of the class itself: the others are read with their own attributes.
 */
export async function classNarrowings(pool: pg.Pool): Promise<ReadonlyMap<string, Narrowing>> {
  const { rows } = await pool.query<{ class: string; root_class: string; is_concrete: boolean }>(
    `select class, root_class, is_concrete from ops.itop_class c
     where is_concrete or not exists (select from ops.itop_class d where d.parent_class = c.class)
     order by class`,
  );
  const tickets = rows.filter((row) => row.root_class === 'Ticket').map((row) => row.class);
  return new Map<string, Narrowing>([
    ['CMDBChangeOpCreate', { attribute: 'objclass', values: tickets }],
    ...rows
      .filter((row) => row.is_concrete)
      .map((row): [string, Narrowing] => [row.class, { attribute: 'finalclass', values: [row.class] }]),
  ]);
}
