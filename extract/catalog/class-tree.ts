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
  readonly is_concrete: boolean;
  readonly final_classes: string[];
  /** The class itself and those above it, nearest first. */
  readonly ancestors: string[];
}

/** The list of the class itself, else of the nearest class above it; none is asked for by name where there is no list. */
function fieldsOf(row: ClassRow): readonly string[] {
  const listed = row.ancestors.find((name) => fieldLists.has(name));
  return listed === undefined ? [] : (fieldLists.get(listed) ?? []);
}

/**
 * The classes of these names as `ops.itop_class` knows them, ready to be read.
 *
 * Throws RefusedError that names every class without a place in the tree.
 */
export async function readableClasses(pool: pg.Pool, names: readonly string[]): Promise<ReadableClass[]> {
  const { rows } = await pool.query<ClassRow>(
    `with recursive final as (
       select class from ops.itop_class c
       where is_concrete or not exists (select from ops.itop_class d where d.parent_class = c.class)
     ), above as (
       select class, class as ancestor, parent_class, 0 as distance from ops.itop_class
       union all
       select a.class, c.class, c.parent_class, a.distance + 1 from above a join ops.itop_class c on c.class = a.parent_class
     ), below as (
       select class as ancestor, class from ops.itop_class
       union all
       select b.ancestor, c.class from below b join ops.itop_class c on c.parent_class = b.class
     )
     select c.class, c.root_class, c.is_standard, c.is_concrete, array_agg(b.class order by b.class) as final_classes,
       (select array_agg(a.ancestor order by a.distance) from above a where a.class = c.class) as ancestors
     from ops.itop_class c
     join below b on b.ancestor = c.class and b.class in (select class from final)
     where c.class = any ($1)
     group by c.class, c.root_class, c.is_standard, c.is_concrete`,
    [names],
  );
  const known = new Map(rows.map((row) => [row.class, row]));
  const faults: string[] = [];
  const classes: ReadableClass[] = [];
  for (const name of names) {
    const row = known.get(name);
    if (row === undefined) faults.push(`${name} is not in ops.itop_class, so its root class is unknown`);
    else
      classes.push({
        name,
        rootClass: row.root_class,
        outputFields: fieldsOf(row),
        finalClasses: row.is_concrete ? [name] : row.final_classes,
        isStandard: row.is_standard,
      });
  }
  if (faults.length === 0) return classes;
  throw new RefusedError(`These classes cannot be extracted: ${faults.join('; ')}.`, {
    stage: 'extract',
    nextStep: 'Add the class to ops.itop_class with its root class, or leave it out.',
  });
}
