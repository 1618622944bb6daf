import { sql } from 'kysely';
import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ClassNotReadable, QueryRejected } from '../itop/errors.ts';
import type { Finding } from '../platform/findings.ts';
import { warehouse } from '../platform/warehouse.ts';
import { counted, found, passed } from './check.ts';

const code = 'itop_class_readable';

interface AuditedClass {
  readonly class: string;
  readonly unread_reason: string | null;
  readonly parent_class: string | null;
}

/**
 * Every class that this iTop lists: whether the account may read it, how many objects iTop counts, and of those that are not
 * read why. A class that is refused is a line, and the others are asked all the same.
 */
export async function checkClasses(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const name = sql<string>`coalesce(t.class, m.class)`;
  const rows: AuditedClass[] = await warehouse(pool)
    .selectFrom('ops.itop_class as t')
    .fullJoin('ops.mapping_class as m', 'm.class', 't.class')
    .select([name.as('class'), 't.unread_reason', 't.parent_class'])
    .orderBy(sql`${name} collate "C"`)
    .execute();
  const known = new Set(rows.map((row) => row.class));
  const own = (await itop.listClasses())
    .filter((name) => !known.has(name))
    .map((name) => ({ class: name, unread_reason: null, parent_class: null }));
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  for (const one of [...rows, ...own]) {
    const finding = await checkClass(itop, one, counts);
    if (finding !== undefined) findings.push(finding);
  }
  await storeCounts(pool, ownCounts(rows, counts));
  return findings;
}

/** Of each class without those below it, which iTop counts with it: the counts of several classes can be added. */
function ownCounts(classes: readonly AuditedClass[], counts: ReadonlyMap<string, number>): Map<string, number> {
  const own = new Map(counts);
  for (const { class: name, parent_class: parent } of classes) {
    const above = parent === null ? undefined : own.get(parent);
    if (parent !== null && above !== undefined) own.set(parent, Math.max(0, above - (counts.get(name) ?? 0)));
  }
  return own;
}

/** What the audit asked, the first extraction need not ask again. */
async function storeCounts(pool: pg.Pool, counts: ReadonlyMap<string, number>): Promise<void> {
  const counted = sql<{
    class: string;
    objects: string;
  }>`unnest(${[...counts.keys()]}::text[], ${[...counts.values()]}::bigint[])`;
  await warehouse(pool)
    .updateTable('ops.itop_class as c')
    .from(counted.as<'counted'>(sql`counted (class, objects)`))
    .set((row) => ({ audited_count: row.ref('counted.objects') }))
    .whereRef('counted.class', '=', 'c.class')
    .execute();
}

/** Adds iTop's count to `counts`: that of an upper class holds those of the classes below it. */
async function checkClass(
  itop: Itop,
  audited: AuditedClass,
  counts: Map<string, number>,
): Promise<Finding | undefined> {
  const { class: subject, unread_reason: reason } = audited;
  try {
    const count = await itop.count(subject);
    counts.set(subject, count);
    if (reason === null) return passed(code, subject, `${counted(count, 'object')}.`);
    return count === 0
      ? undefined
      : found(code, 'note', subject, `${counted(count, 'object')}, not read: ${reason}.`, '');
  } catch (error) {
    if (error instanceof ClassNotReadable) {
      if (reason !== null)
        return found(code, 'note', subject, `The account may not read it; it is not needed: ${reason}.`, '');
      const finding = `The account may not read it: ${consequenceOf(subject)}.`;
      return found(code, 'blocker', subject, finding, error.nextStep);
    }
    if (error instanceof QueryRejected) {
      return reason !== null ? undefined : found(code, 'note', subject, 'This iTop does not have it.', '');
    }
    throw error;
  }
}

/** What a migration lacks without a class, by the first name that fits. */
const consequences: readonly (readonly [RegExp, string])[] = [
  [
    /^(User|UserLocal|UserLDAP|UserExternal|UserToken|UserInternal)$/,
    'agents and customers among the authors cannot be told apart',
  ],
  [/^URP_/, 'who is an agent, who a customer, and the role matrix are missing'],
  [/^InlineImage$/, 'pictures pasted into texts stay behind'],
  [/^Attachment$/, 'files stay behind'],
  [/^CMDBChangeOp/, 'who opened a ticket, which form brought a file, and deletions are not seen'],
  [/^(Trigger|Action|lnkTriggerAction|lnkAction)/, 'the workflow inventory of the hand-off lacks it'],
  [/^ModuleInstallation$/, 'the version of iTop is not known'],
  [/^TagSetFieldData/, 'tags are shown by code instead of label'],
];

function consequenceOf(className: string): string {
  return consequences.find(([names]) => names.test(className))?.[1] ?? 'its objects stay behind';
}
