import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ClassNotReadable, QueryRejected } from '../itop/errors.ts';
import type { Finding } from '../platform/findings.ts';
import { counted, found, passed } from './check.ts';

const code = 'itop_class_readable';

interface AuditedClass {
  readonly class: string;
  readonly unread_reason: string | null;
  readonly is_upper: boolean;
}

/**
 * Every class that this iTop lists: whether the account may read it, how many objects iTop counts, and of those that are not
 * read why. A class that is refused is a line, and the others are asked all the same.
 */
export async function checkClasses(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const { rows } = await pool.query<AuditedClass>(
    `select class, t.unread_reason, exists (select from ops.itop_class d where d.parent_class = class) as is_upper
     from ops.itop_class t full join (select class from ops.mapping_class) m using (class) order by class collate "C"`,
  );
  const known = new Map(rows.map((row) => [row.class, row]));
  const own = (await itop.listClasses())
    .filter((name) => !known.has(name))
    .map((name) => ({ class: name, unread_reason: null, is_upper: false }));
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  for (const one of [...rows, ...own]) {
    const finding = await checkClass(itop, one, counts);
    if (finding !== undefined) findings.push(finding);
  }
  await storeCounts(pool, counts);
  return findings;
}

/** What the audit asked, the first extraction need not ask again. */
async function storeCounts(pool: pg.Pool, counts: ReadonlyMap<string, number>): Promise<void> {
  await pool.query(
    `update ops.itop_class c set audited_count = counted.objects
     from unnest($1::text[], $2::bigint[]) as counted (class, objects) where counted.class = c.class`,
    [[...counts.keys()], [...counts.values()]],
  );
}

/** Adds iTop's count to `counts`, but of an upper class, which counts the classes below it. */
async function checkClass(
  itop: Itop,
  audited: AuditedClass,
  counts: Map<string, number>,
): Promise<Finding | undefined> {
  const { class: subject, unread_reason: reason, is_upper: isUpper } = audited;
  try {
    const count = await itop.count(subject);
    if (!isUpper) counts.set(subject, count);
    // An upper class counts what the classes below it are counted for.
    if (isUpper && reason === null) return undefined;
    if (reason === null) return passed(code, subject, `${count} objects.`);
    return count === 0
      ? undefined
      : found(code, 'note', subject, `${counted(count, 'object')}, not read: ${reason}.`, '');
  } catch (error) {
    if (error instanceof ClassNotReadable) {
      if (reason !== null)
        return found(code, 'note', subject, `The account may not read it; it is not needed: ${reason}.`, '');
      const finding = `The account may not read it: ${consequenceOf(subject)}.`;
      return isUpper && subject !== 'CMDBChangeOp'
        ? undefined
        : found(code, 'blocker', subject, finding, error.nextStep);
    }
    if (error instanceof QueryRejected) {
      return isUpper || reason !== null ? undefined : found(code, 'note', subject, 'This iTop does not have it.', '');
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
