import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { headerNames, type LandingRecord } from '../topics/topic-record.ts';
import type { RootClasses } from './prepare-record.ts';

/** The known class tree: root class by class. */
export async function readRootClasses(pool: pg.Pool): Promise<RootClasses> {
  const rows = await warehouse(pool).selectFrom('ops.itop_class').select(['class', 'root_class']).execute();
  return new Map(rows.map((row) => [row.class, row.root_class]));
}

/**
 * Gives the known class tree for some records. It is read again only when one of them is of a class it does not know: an
 * extraction that runs elsewhere may just have met a class of the site's own.
 */
export function rootClassReader(pool: pg.Pool): (records: readonly LandingRecord[]) => Promise<RootClasses> {
  let known: RootClasses | undefined;
  return async (records) => {
    const tree = known;
    if (tree === undefined || !records.every(({ headers }) => tree.has(headers[headerNames.finalClass] ?? ''))) {
      known = await readRootClasses(pool);
    }
    return known ?? new Map();
  };
}
