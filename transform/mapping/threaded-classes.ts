import type pg from 'pg';

/** iTop's classes of tickets with a thread that the tool knows: a public log, a private log, a caller (rule T1). */
export const standardThreadedClasses: readonly string[] = ['UserRequest', 'Incident'];

/** The classes that can become conversations: the standard ones, and those that a site made below them. */
export async function threadedClasses(pool: Pick<pg.Pool, 'query'>): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ class: string }>(
    `with recursive threaded as (
       select class from ops.itop_class where class = any ($1)
       union all
       select c.class from ops.itop_class c join threaded t on t.class = c.parent_class
     ) select class from threaded`,
    [standardThreadedClasses],
  );
  return new Set(rows.map((row) => row.class));
}
