import type pg from 'pg';
import { selectOtherClasses } from '../../itop/oql.ts';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { RestReader } from '../reader/rest-reader.ts';
import type { ReadableClass } from './class-tree.ts';
import { coveringClasses } from './field-lists.ts';
import { KnownClasses } from './known-classes.ts';
import { ignoreRefusal } from './refused-question.ts';

/** Classes named of those that were missed; each costs a question. */
const mostNamed = 20;

/**
 * Whether the classes that were read, those that come as files, and those left out with a reason are all that their trees
 * hold: `SELECT Ticket` counts the objects of every class below it, known or not. What is missing is a blocker that names it.
 */
export async function checkTotals(
  pool: pg.Pool,
  reader: RestReader,
  readables: readonly ReadableClass[],
): Promise<Finding[]> {
  const files = await warehouse(pool).selectFrom('ops.class_channel').select('class').execute();
  const accounted = [...readables.flatMap(({ finalClasses }) => finalClasses), ...files.map((row) => row.class)];
  const known = await KnownClasses.read(pool, undefined);
  const roots = known.roots().filter(({ name }) => readables.some(({ rootClass }) => rootClass === name));
  const findings: Finding[] = [];
  for (const { name: root, unreadReason } of roots) {
    if (unreadReason !== undefined || coveringClasses.includes(root)) continue;
    const unread = known.all().filter((one) => one.root === root && one.unreadReason !== undefined);
    const counted = new Set([
      ...accounted.filter((name) => known.get(name)?.root === root),
      ...unread.map((one) => one.name),
    ]);
    const missed: string[] = [];
    let objects = 0;
    while (missed.length < mostNamed) {
      const { count, object } = await reader
        .sample(root, selectOtherClasses(root, [...counted]), ['id'])
        .catch((error: unknown) => ignoreRefusal(error, { count: 0, object: undefined }));
      if (missed.length === 0) objects = count;
      if (object === undefined || counted.has(object.finalClass)) break;
      counted.add(object.finalClass);
      missed.push(object.finalClass);
    }
    if (missed.length > 0) findings.push(notCounted(root, objects, missed));
  }
  return findings;
}

function notCounted(root: string, objects: number, missed: readonly string[]): Finding {
  return {
    code: 'class_not_counted',
    severity: 'blocker',
    subject: root,
    finding: `iTop counts ${objects} objects of ${root} beside the classes that were read: of ${missed.join(', ')}.`,
    nextStep: 'Extract again: the classes are looked for at the start of an extraction. If it stays, report it.',
  };
}
