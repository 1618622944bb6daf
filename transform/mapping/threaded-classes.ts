import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';

/** iTop's classes of tickets with a thread that the tool knows: a public log, a private log, a caller (rule T1). */
export const standardThreadedClasses: readonly string[] = ['UserRequest', 'Incident'];

/** The classes that can become conversations: the standard ones, and those that a site made below them. */
export async function threadedClasses(pool: Pick<pg.Pool, 'query'>): Promise<ReadonlySet<string>> {
  const rows = await warehouse(pool)
    .withRecursive('threaded', (is) =>
      is
        .selectFrom('ops.itop_class')
        .select('class')
        .where('class', '=', anyOf(standardThreadedClasses))
        .unionAll(
          is
            .selectFrom('ops.itop_class as c')
            .innerJoin('threaded as t', 't.class', 'c.parent_class')
            .select('c.class'),
        ),
    )
    .selectFrom('threaded')
    .select('class')
    .execute();
  return new Set(rows.map((row) => row.class));
}
