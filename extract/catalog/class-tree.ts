import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { fieldLists } from './field-lists.ts';

/** A class to be read: what is asked for, and where its objects belong. */
export interface ReadableClass {
  readonly name: string;
  readonly rootClass: string;
  readonly outputFields: readonly string[];
  /** Classes that its objects can have: itself, or for a parent class all below it. */
  readonly finalClasses: readonly string[];
  readonly isStandard: boolean;
}

interface ClassRow {
  readonly class: string;
  readonly root_class: string;
  readonly is_standard: boolean;
  readonly final_classes: string[];
  /** The class itself and those above it, nearest first. */
  readonly ancestors: string[];
}

/** The list of the class itself, else of the nearest class above it; a site's own class begins with none. */
function fieldsOf(row: ClassRow): readonly string[] | undefined {
  const listed = row.ancestors.find((name) => fieldLists.has(name));
  return listed === undefined ? (row.is_standard ? undefined : []) : fieldLists.get(listed);
}

/** Final classes of configuration items, whether they have a list of their own or not. */
export async function ciClasses(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ class: string }>(
    `select class from ops.itop_class c
     where root_class = 'FunctionalCI' and is_standard
       and not exists (select from ops.itop_class d where d.parent_class = c.class)
     order by class`,
  );
  return rows.map((row) => row.class);
}

/**
 * The classes of these names as `ops.itop_class` knows them, ready to be read.
 *
 * Throws RefusedError that names every class without a place in the tree, or without a field list.
 */
export async function readableClasses(pool: pg.Pool, names: readonly string[]): Promise<ReadableClass[]> {
  const { rows } = await pool.query<ClassRow>(
    `with recursive above as (
       select class, class as ancestor, parent_class, 0 as distance from ops.itop_class
       union all
       select a.class, c.class, c.parent_class, a.distance + 1 from above a join ops.itop_class c on c.class = a.parent_class
     ), below as (
       select class as ancestor, class from ops.itop_class
       union all
       select b.ancestor, c.class from below b join ops.itop_class c on c.parent_class = b.class
     )
     select c.class, c.root_class, c.is_standard, array_agg(b.class order by b.class) as final_classes,
       (select array_agg(a.ancestor order by a.distance) from above a where a.class = c.class) as ancestors
     from ops.itop_class c
     join below b on b.ancestor = c.class and not exists (select from ops.itop_class d where d.parent_class = b.class)
     where c.class = any ($1)
     group by c.class, c.root_class, c.is_standard`,
    [names],
  );
  const known = new Map(rows.map((row) => [row.class, row]));
  const faults: string[] = [];
  const classes: ReadableClass[] = [];
  for (const name of names) {
    const row = known.get(name);
    const outputFields = row === undefined ? undefined : fieldsOf(row);
    if (row === undefined) faults.push(`${name} is not in ops.itop_class, so its root class is unknown`);
    else if (outputFields === undefined) faults.push(`${name} has no list of fields to read`);
    else
      classes.push({
        name,
        rootClass: row.root_class,
        outputFields,
        finalClasses: row.final_classes,
        isStandard: row.is_standard,
      });
  }
  if (faults.length === 0) return classes;
  throw new RefusedError(`These classes cannot be extracted: ${faults.join('; ')}.`, {
    stage: 'extract',
    nextStep: 'Add the class to ops.itop_class with its root class, or leave it out.',
  });
}
