import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import type { ReadableClass } from './class-tree.ts';
import { ignoreRefusal } from './refused-question.ts';

/** A row for each module and each time that the set-up ran: what classes and attributes iTop has changes with it only. */
const modules = 'ModuleInstallation';

/** iTop's counts of final classes as the last passes asked them, else as the last audit did. */
export async function latestCounts(pool: pg.Pool): Promise<ReadonlyMap<string, number>> {
  const rows = await warehouse(pool)
    .with('read', (is) =>
      is
        .selectFrom('ops.source_count')
        .distinctOn('class')
        .select(['class', 'object_count'])
        .orderBy('class')
        .orderBy('asked_at', 'desc'),
    )
    .with('audited', (is) =>
      is.selectFrom('ops.itop_class').select(['class', 'audited_count']).where('audited_count', 'is not', null),
    )
    .selectFrom('read')
    .fullJoin('audited', 'audited.class', 'read.class')
    .select((row) => [
      row.fn.coalesce('read.class', 'audited.class').$notNull().as('class'),
      row.fn.coalesce('read.object_count', 'audited.audited_count').as('object_count'),
    ])
    .execute();
  return new Map(rows.map((row) => [row.class, Number(row.object_count)]));
}

/** Whether iTop's set-up did not run since the last pass. Where the account may not see it, it may have. */
export async function areModulesAsBefore(
  reader: RestReader,
  lastCounts: ReadonlyMap<string, number>,
): Promise<boolean> {
  const before = lastCounts.get(modules) ?? 0;
  return before > 0 && (await reader.count(modules).catch((error: unknown) => ignoreRefusal(error, 0))) === before;
}

/**
 * How many objects to expect of a class: 0 only where iTop says so now. Undefined where nothing is known, or iTop refuses to
 * tell: both show when the class is read.
 */
export async function expectedCount(
  reader: RestReader,
  { name, rootClass, finalClasses }: ReadableClass,
  empty: ReadonlySet<string>,
  lastCounts: ReadonlyMap<string, number>,
): Promise<number | undefined> {
  if (finalClasses.every((finalClass) => empty.has(finalClass))) return 0;
  const last = finalClasses.reduce((sum, finalClass) => sum + (lastCounts.get(finalClass) ?? 0), 0);
  if (last > 0) return last;
  // The top of its tree showed an object of it.
  if (name !== rootClass && empty.size > 0) return undefined;
  return reader.count(name).catch((error: unknown) => ignoreRefusal(error, undefined));
}
