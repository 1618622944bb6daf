import { sql } from 'kysely';
import type pg from 'pg';
import { anyOf, warehouse } from '../../../platform/warehouse.ts';
import type { ExportFile } from './describe.ts';

/** The class in a file's name: `UserRequest.csv`, `UserRequest-2.csv`, `User Request Export.csv`. */
export async function classByName(pool: pg.Pool, name: string): Promise<string | undefined> {
  const base = name.replace(/\.[^.]*$/, '').replace(/ ?export.*$/i, '');
  const candidates = [base, base.replaceAll(' ', ''), /^\w+?(?=[-_. ]|$)/.exec(base)?.[0] ?? ''];
  const lowered = candidates.map((candidate) => candidate.toLowerCase());
  const row = await warehouse(pool)
    .selectFrom('ops.itop_class')
    .select('class')
    .where(sql`lower(class)`, '=', anyOf(lowered))
    .orderBy(sql`array_position(${lowered}::text[], lower(class))`)
    .limit(1)
    .executeTakeFirst();
  return row?.class;
}

/**
 * The files in the order in which they are read: those of a class in front of those of its parents (`UserRequest.xml` before
 * `Ticket.xml`), which have fewer fields of its objects; files whose class nothing tells last.
 */
export async function ownClassesFirst(pool: pg.Pool, files: readonly ExportFile[]): Promise<ExportFile[]> {
  const rows = await warehouse(pool)
    .withRecursive('placed', (is) =>
      is
        .selectFrom('ops.itop_class')
        .select(['class', sql<number>`0`.as('depth')])
        .where('parent_class', 'is', null)
        .unionAll(
          is
            .selectFrom('placed as p')
            .innerJoin('ops.itop_class as c', 'c.parent_class', 'p.class')
            .select(['c.class', sql<number>`p.depth + 1`.as('depth')]),
        ),
    )
    .selectFrom('placed')
    .select(['class', 'depth'])
    .execute();
  const depths = new Map(rows.map(({ class: name, depth }) => [name, depth]));
  const ranked: { readonly file: ExportFile; readonly depth: number }[] = [];
  for (const file of files) {
    const className = file.description.class ?? (await classByName(pool, file.name));
    ranked.push({ file, depth: className === undefined ? -1 : (depths.get(className) ?? -1) });
  }
  return ranked.sort((a, b) => b.depth - a.depth).map(({ file }) => file);
}

/** Whether a channel writes a class: it does when no other one does. */
export async function takeClass(
  pool: pg.Pool,
  runId: string,
  className: string,
  channel: 'csv' | 'xml',
): Promise<'write' | 'check'> {
  const other = warehouse(pool)
    .selectFrom('raw.latest_object as o')
    .where('o.final_class', '=', className)
    .where('o.channel', 'not in', ['csv', 'xml']);
  const writer = await warehouse(pool)
    .with('taken', (is) =>
      is
        .insertInto('ops.class_channel')
        .columns(['class', 'channel', 'run_id'])
        .expression(
          is
            .selectNoFrom((row) => [
              row.val(className).as('class'),
              row.val(channel).as('channel'),
              row.val(runId).as('run_id'),
            ])
            .where((row) => row.not(row.exists(other))),
        )
        .onConflict((conflict) => conflict.column('class').doNothing())
        .returning('channel'),
    )
    .selectFrom('taken')
    .select('channel')
    .unionAll((is) => is.selectFrom('ops.class_channel').select('channel').where('class', '=', className))
    .executeTakeFirst();
  return writer?.channel === channel ? 'write' : 'check';
}
