import { sql } from 'kysely';
import type pg from 'pg';
import { RefusedError } from '../platform/errors.ts';
import { warehouse } from '../platform/warehouse.ts';
import { inWorkList } from '../platform/work-list-titles.ts';

export interface Acceptance {
  readonly phase: string;
  /** Name of a check, or class of an error; every one when absent. */
  readonly check?: string;
  /** One object; all of the check when absent. */
  readonly targetKey?: string;
  readonly by: string;
  readonly reason: string;
}

export interface Accepted {
  readonly verdicts: number;
  readonly outcomes: number;
}

/**
 * Records that a person accepts failed checks and objects that could not be loaded. What appears later under the same
 * description is accepted too; so the narrower it is, the better.
 *
 * Throws RefusedError when nothing is described by it: an acceptance of nothing would silently cover what comes.
 */
export async function acceptDifferences(pool: pg.Pool, workspaceIdCode: string, wanted: Acceptance): Promise<Accepted> {
  const { phase, check = null, targetKey = null, by, reason } = wanted;
  const count = sql<number>`count(*)::integer`.as('count');
  let differences = warehouse(pool)
    .selectFrom('reconcile.difference')
    .select(count)
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase)
    .where('is_failure', '=', true)
    .where('is_accepted', '=', false)
    .where('field', '=', '');
  let notLoaded = warehouse(pool)
    .selectFrom('load.outcome as o')
    .innerJoin('reconcile.phase as p', 'p.target_type', 'o.target_type')
    .select(count)
    .where('o.workspace_id_code', '=', workspaceIdCode)
    .where('p.phase', '=', phase);
  if (check !== null) {
    differences = differences.where('check_name', '=', check);
    notLoaded = notLoaded.where('o.reason_code', '=', check);
  }
  if (targetKey !== null) {
    differences = differences.where('target_key', '=', targetKey);
    notLoaded = notLoaded.where('o.target_key', '=', targetKey);
  }
  const { count: verdicts } = await differences.executeTakeFirstOrThrow();
  const { count: outcomes } = await notLoaded.executeTakeFirstOrThrow();
  if (verdicts + outcomes === 0) {
    throw new RefusedError(`Nothing in ${phase} that failed, is unknown or was not loaded matches this description.`, {
      stage: 'reconcile',
      nextStep: `Look for the phase, the check and the key in: ${inWorkList('differences')}; what was not loaded: ${inWorkList('failures')}`,
    });
  }
  const kinds = [...(verdicts > 0 ? (['verdict'] as const) : []), ...(outcomes > 0 ? (['outcome'] as const) : [])];
  const named = { workspace_id_code: workspaceIdCode, phase, check_name: check, target_key: targetKey };
  await warehouse(pool)
    .insertInto('reconcile.accepted_difference')
    .values(kinds.map((kind) => ({ ...named, kind, accepted_by: by, reason })))
    .execute();
  return { verdicts, outcomes };
}
