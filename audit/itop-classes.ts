import type pg from 'pg';
import type { Itop } from '../itop/client.ts';
import { ClassNotReadable, QueryRejected } from '../itop/errors.ts';
import type { Finding } from '../platform/findings.ts';

/** Whether the account may read each class that the mapping names, and how many objects iTop counts. */
export async function checkClasses(itop: Itop, pool: pg.Pool): Promise<Finding[]> {
  const { rows } = await pool.query<{ class: string }>('select class from ops.mapping_class order by class');
  const findings: Finding[] = [];
  for (const { class: subject } of rows) findings.push(await checkClass(itop, subject));
  return findings;
}

async function checkClass(itop: Itop, subject: string): Promise<Finding> {
  const code = 'itop_class_readable';
  try {
    const count = await itop.count(subject);
    return { code, subject, severity: 'passed', finding: `${count} objects.`, nextStep: '' };
  } catch (error) {
    if (error instanceof ClassNotReadable) {
      return { code, subject, severity: 'blocker', finding: 'The account may not read it.', nextStep: error.nextStep };
    }
    if (error instanceof QueryRejected) {
      return { code, subject, severity: 'note', finding: 'This iTop does not have it.', nextStep: '' };
    }
    throw error;
  }
}
