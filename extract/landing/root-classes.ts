import type pg from 'pg';
import type { RootClasses } from './prepare-record.ts';

/** The known class tree: root class by class. */
export async function readRootClasses(pool: pg.Pool): Promise<RootClasses> {
  const { rows } = await pool.query<{ class: string; root_class: string }>(
    'select class, root_class from ops.itop_class',
  );
  return new Map(rows.map((row) => [row.class, row.root_class]));
}
