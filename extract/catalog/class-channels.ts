import type pg from 'pg';
import type { Finding } from '../../platform/findings.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { ReadableClass } from './class-tree.ts';

/**
 * The classes that the REST API may write: those whose objects come from files (`ops.class_channel`) are left out, each with
 * a finding, since two writers would take turns as the latest version.
 */
export async function withoutFileClasses(
  pool: pg.Pool,
  readables: readonly ReadableClass[],
): Promise<{ readonly readables: readonly ReadableClass[]; readonly findings: readonly Finding[] }> {
  const rows = await warehouse(pool).selectFrom('ops.class_channel').select(['class', 'channel']).execute();
  const byFile = new Map(rows.map((row) => [row.class, row.channel]));
  const findings: Finding[] = [];
  const kept = readables.filter(({ name, finalClasses }) => {
    const written = finalClasses.filter((finalClass) => byFile.has(finalClass));
    if (written.length === 0) return true;
    const others = finalClasses.filter((finalClass) => !byFile.has(finalClass));
    findings.push({
      code: 'class_comes_by_file',
      severity: others.length === 0 ? 'note' : 'warning',
      subject: name,
      finding: `Not read over REST: ${written.map((one) => `${one} comes as ${byFile.get(one)}`).join(', ')}.${others.length === 0 ? '' : ` Nor are the others below it: ${others.join(', ')}.`}`,
      nextStep: `To read it over REST: delete from ops.class_channel where class = '${written[0]}'`,
    });
    return false;
  });
  return { readables: kept, findings };
}
