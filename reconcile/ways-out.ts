import { sql } from 'kysely';
import type pg from 'pg';
import { acceptCommand } from '../platform/accept-command.ts';
import { warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { checkWords } from './page-words.ts';

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

/** The same of checks alone. */
export async function waysOutOfChecks(pool: pg.Pool, workspaceIdCode: string, phase?: string): Promise<string[]> {
  let checks = warehouse(pool)
    .selectFrom('reconcile.difference as d')
    .leftJoin('load.identity as i', (join) =>
      join
        .onRef('i.workspace_id_code', '=', 'd.workspace_id_code')
        .onRef('i.target_type', '=', 'd.object_type')
        .onRef('i.target_key', '=', 'd.target_key'),
    )
    .distinctOn(['d.phase', 'd.target_key', 'd.check_name'])
    .select(['d.phase', 'd.object_type', 'd.target_key', 'd.check_name', 'd.reason_code', 'd.expected', 'd.actual'])
    .select('i.target_id')
    .where('d.workspace_id_code', '=', workspaceIdCode)
    .where('d.is_failure', '=', true)
    .where('d.is_accepted', '=', false)
    .orderBy('d.phase')
    .orderBy('d.target_key')
    .orderBy('d.check_name')
    // The first field says more than the object as a whole.
    .orderBy(sql`d.field = ''`)
    .orderBy('d.field')
    .limit(mostNamed + 1);
  if (phase !== undefined) checks = checks.where('d.phase', '=', phase);
  const rows = await checks.execute();
  return [
    ...rows
      .slice(0, mostNamed)
      .map((row) => wayOut(stepOf(row), { phase: row.phase, check: row.check_name, targetKey: row.target_key })),
    ...(rows.length > mostNamed ? [`And others: ${inWorkList('differences')}`] : []),
  ];
}

interface FailedCheck {
  readonly object_type: string;
  readonly target_key: string;
  readonly check_name: string;
  readonly reason_code: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly target_id: string | null;
}

function stepOf({
  object_type,
  target_key,
  check_name,
  reason_code,
  expected,
  actual,
  target_id,
}: FailedCheck): string {
  const kind = object_type.replaceAll('_', ' ');
  const where = target_id === null ? target_key : `${target_key} (${kind} ${target_id} in Intercom)`;
  if (reason_code === 'late_effect')
    return `${where}: ${actual}. A call took effect later than intercom.lateness_ms; nobody wrote in it since. Set it back in Intercom by hand: the next reconcile or delta finds it so`;
  if (reason_code === 'doubled')
    return `${where}: there once too often. Of ${actual}, keep ${expected || 'what the others name'} and delete the rest in Intercom: the next reconcile finds it done`;
  const found = expected === null && actual === null ? '' : `: expected ${short(expected)}, found ${short(actual)}`;
  return `${where}: not so: ${checkWords(check_name)}${found}. Correct it where it is wrong`;
}

/** Enough of a value to know it by; all of it is in the work list. */
const short = (value: string | null): string => {
  if (value === null) return 'nothing';
  const letters = [...value.replace(/\s+/g, ' ')];
  return letters.length > 100 ? `${letters.slice(0, 100).join('')}…` : letters.join('');
};

function wayOut(step: string, acceptable: Parameters<typeof acceptCommand>[0]): string {
  return `${step.replace(/[.]?$/, '.')} Or accept it as it is: ${acceptCommand(acceptable)}`;
}
