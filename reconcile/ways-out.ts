import { sql } from 'kysely';
import type pg from 'pg';
import { acceptCommand } from '../platform/accept-command.ts';
import { warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';

/** Most objects of a kind that are named; all of them are in the work lists. */
const mostNamed = 4;

/**
 * What a person can do about what failed and about checks that do not pass, object by object: the next step, and the command that
 * accepts this one as it is now. Bounded; the last line names the list of the rest. Empty where nothing waits for a person.
 */
export async function readWaysOut(
  pool: pg.Pool,
  { workspaceIdCode, phase }: { readonly workspaceIdCode: string; readonly phase?: string | undefined },
): Promise<string[]> {
  return [
    ...(await waysOutOfFailures(pool, workspaceIdCode, phase)),
    ...(await waysOutOfChecks(pool, workspaceIdCode, phase)),
  ];
}

async function waysOutOfFailures(pool: pg.Pool, workspaceIdCode: string, phase?: string): Promise<string[]> {
  let failures = warehouse(pool)
    .selectFrom('reconcile.load_error')
    .select(['phase', 'target_key', 'reason_code', 'next_step'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('state', 'in', ['failed', 'blocked'])
    .where('is_accepted', '=', false)
    // What is blocked goes on once what it waits for is loaded.
    .orderBy(sql`state = 'blocked'`)
    .orderBy('phase')
    .orderBy('target_key')
    .limit(mostNamed + 1);
  if (phase !== undefined) failures = failures.where('phase', '=', phase);
  const rows = await failures.execute();
  return [
    ...rows
      .slice(0, mostNamed)
      .map(({ phase, target_key: targetKey, reason_code: check, next_step: step }) =>
        wayOut(`${targetKey}: ${step}`, { phase: phase ?? '', check: check ?? '', targetKey: targetKey ?? '' }),
      ),
    ...(rows.length > mostNamed ? [`And others: ${inWorkList('failures')}`] : []),
  ];
}

async function waysOutOfChecks(pool: pg.Pool, workspaceIdCode: string, phase?: string): Promise<string[]> {
  let checks = warehouse(pool)
    .selectFrom('reconcile.difference')
    .select(['phase', 'target_key', 'check_name'])
    .distinct()
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('is_failure', '=', true)
    .where('is_accepted', '=', false)
    .orderBy('phase')
    .orderBy('target_key')
    .orderBy('check_name')
    .limit(mostNamed + 1);
  if (phase !== undefined) checks = checks.where('phase', '=', phase);
  const rows = await checks.execute();
  return [
    ...rows
      .slice(0, mostNamed)
      .map(({ phase, target_key: targetKey, check_name: check }) =>
        wayOut(`${targetKey}: look at what the check "${check}" found, and correct it.`, { phase, check, targetKey }),
      ),
    ...(rows.length > mostNamed ? [`And others: ${inWorkList('differences')}`] : []),
  ];
}

function wayOut(step: string, acceptable: Parameters<typeof acceptCommand>[0]): string {
  return `${step.replace(/[.]?$/, '.')} Or accept it as it is: ${acceptCommand(acceptable)}`;
}
