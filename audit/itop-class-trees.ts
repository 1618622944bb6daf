import { sql } from 'kysely';
import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ItopError } from '../itop/errors.ts';
import { selectOtherClasses } from '../itop/oql.ts';
import type { Finding } from '../platform/findings.ts';
import { rowCount, warehouse } from '../platform/warehouse.ts';
import { counted, found, passed, someOf } from './check.ts';

const code = 'itop_class_tree';

/** Classes named of those that iTop does not list; each costs a question. */
const mostNamed = 20;

interface Tree {
  readonly root: string;
  readonly classes: string[];
}

/**
 * Holds what the top of each class tree counts against the classes that iTop lists: the parts must be the whole. An object
 * of a class that is listed nowhere would be neither read nor missed.
 */
export async function checkClassTrees(itop: Pick<Itop, 'listClasses' | 'sample'>, pool: pg.Pool): Promise<Finding[]> {
  const listed = new Set(await itop.listClasses());
  const rows: Tree[] = await warehouse(pool)
    .selectFrom('ops.itop_class')
    .select(['root_class as root', sql<string[]>`array_agg(class order by class collate "C")`.as('classes')])
    .groupBy('root_class')
    .having(rowCount, '>', 1)
    .having(sql<boolean>`bool_or(class = root_class and unread_reason is null)`)
    .orderBy(sql`root_class collate "C"`)
    .execute();
  const findings: Finding[] = [];
  for (const { root, classes } of rows) {
    if (!listed.has(root)) continue;
    const finding = await checkTree(itop, listed, { root, classes: classes.filter((name) => listed.has(name)) });
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Undefined where iTop refuses the class, which is a line of its own. */
async function checkTree(
  itop: Pick<Itop, 'sample'>,
  listed: ReadonlySet<string>,
  { root, classes }: Tree,
): Promise<Finding | undefined> {
  const named = new Set(classes);
  const unlisted: string[] = [];
  let objects = 0;
  try {
    while (unlisted.length < mostNamed) {
      const { count, object } = await itop.sample(root, selectOtherClasses(root, [...named]), ['id']);
      if (object === undefined || named.has(object.finalClass)) break;
      named.add(object.finalClass);
      if (listed.has(object.finalClass)) continue;
      if (unlisted.length === 0) objects = count;
      unlisted.push(object.finalClass);
    }
  } catch (error) {
    if (error instanceof ItopError && error.remedy === 'continue') return undefined;
    throw error;
  }
  if (unlisted.length === 0) return passed(code, root, 'Every object below it is of a class that iTop lists.');
  return found(
    code,
    'blocker',
    root,
    `iTop counts ${counted(objects, 'object')} below ${root} beside the classes that it lists: of ${someOf(unlisted, mostNamed)}.`,
    'Ask the owner of iTop what this class is; it would be neither read nor counted.',
  );
}
