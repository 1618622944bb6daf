import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';
import { readUnexplained } from './unexplained.ts';
import { readWaysOut } from './ways-out.ts';

/**
 * Lets a phase start only when everything in the phases before it is explained (`reconcile.gate`). Throws RefusedError that
 * names the closed gate (a delta lets a configured number of failures pass), the rows behind it and how a person accepts them.
 */
export async function passGate(pool: pg.Pool, workspaceIdCode: string, phase: string, maxFailures = 0): Promise<void> {
  const closing = await readUnexplained(pool, { workspaceIdCode, onlyGates: true, maxFailures });
  if (closing.length === 0) return;
  const rows = await warehouse(pool)
    .selectFrom('reconcile.gate as earlier')
    .innerJoin('reconcile.phase as present', (join) =>
      join.on('present.phase', '=', phase).onRef('present.position', '>', 'earlier.position'),
    )
    .select(['earlier.phase', 'earlier.reason'])
    .where('earlier.workspace_id_code', '=', workspaceIdCode)
    .where('earlier.phase', '=', anyOf(closing.flatMap((row) => row.phase ?? [])))
    .orderBy('earlier.position')
    .execute();
  if (rows.length === 0) return;
  const closed = rows.map((row) => `${row.phase} (${row.reason})`).join(', ');
  throw new RefusedError(`The phase ${phase} does not start: not everything before it is explained: ${closed}.`, {
    stage: 'load',
    nextStep: `Look at: ${inWorkList('differences')}; what was not loaded: ${inWorkList('failures')}; correct the records and start the same command again, or accept each that is to stay (itop-to-intercom reconcile accept --help).\n${(await readWaysOut(pool, { workspaceIdCode, phase: rows[0]?.phase })).join('\n')}`,
  });
}

/**
 * Lets a load start only when no test over the staging relations fails (verdicts of the phase `staging`). Throws RefusedError that
 * names the tests with their first rows, and how a person accepts them.
 */
export async function passStagingGate(pool: pg.Pool, workspaceIdCode: string): Promise<void> {
  const failing = await readUnexplained(pool, { workspaceIdCode, phase: 'staging', onlyGates: true });
  if (failing.length === 0) return;
  const examples = await warehouse(pool)
    .selectFrom('reconcile.difference')
    .select([
      'check_name',
      sql<string>`min(concat(target_key, ': expected ', coalesce(expected, 'nothing'), ', found ', coalesce(actual, 'nothing')))`.as(
        'example',
      ),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', 'staging')
    .where('is_failure', '=', true)
    .where('is_accepted', '=', false)
    .groupBy('check_name')
    .execute();
  const exampleOf = new Map(examples.map((row) => [row.check_name, row.example.slice(0, 200)]));
  const failed = [...Map.groupBy(failing, (row) => row.check_name ?? '')]
    .map(
      ([check, rows]) =>
        `${check} (${rows.reduce((sum, row) => sum + row.count, 0)}, e.g. ${exampleOf.get(check) ?? rows[0]?.example})`,
    )
    .join('; ');
  throw new RefusedError(`Nothing is loaded: tests of what was transformed return rows: ${failed}.`, {
    stage: 'load',
    nextStep: `Look at: ${inWorkList('differences')}; correct the mapping or the view, extract again what raw lacks, then transform; or accept each that is to stay (itop-to-intercom reconcile accept --help).\n${(await readWaysOut(pool, { workspaceIdCode, phase: 'staging' })).join('\n')}`,
  });
}
