import { type Expression, type Kysely, sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../platform/database.ts';
import { RefusedError } from '../platform/errors.ts';
import { warehouse } from '../platform/warehouse.ts';
import type { Warehouse } from '../platform/warehouse-types.ts';
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
 * Records that a person accepts failed checks and objects that could not be loaded: those that match now, each as it is now. What
 * fails later, in another way or with another payload is not accepted, however wide the description was.
 *
 * Throws RefusedError when nothing matches.
 */
export async function acceptDifferences(pool: pg.Pool, workspaceIdCode: string, wanted: Acceptance): Promise<Accepted> {
  return inTransaction(pool, async (client) => {
    const accepted = {
      verdicts: await acceptVerdicts(warehouse(client), workspaceIdCode, wanted),
      outcomes: await acceptOutcomes(warehouse(client), workspaceIdCode, wanted),
    };
    if (accepted.verdicts + accepted.outcomes > 0) return accepted;
    throw new RefusedError(
      `Nothing in ${wanted.phase} that failed, is unknown or was not loaded matches this description.`,
      {
        stage: 'reconcile',
        nextStep: `Look for the phase, the check and the key in: ${inWorkList('differences')}; what was not loaded: ${inWorkList('failures')}`,
      },
    );
  });
}

const columns = [
  'workspace_id_code',
  'kind',
  'phase',
  'check_name',
  'target_key',
  'field',
  'state_hash',
  'accepted_by',
  'reason',
] as const;

/** Gives the number of checks; a check that fails has a row of its own for each field that differs. */
async function acceptVerdicts(
  db: Kysely<Warehouse>,
  workspaceIdCode: string,
  { phase, check, targetKey, by, reason }: Acceptance,
): Promise<number> {
  let failing = db
    .selectFrom('reconcile.difference')
    .select(['workspace_id_code', sql<string>`'verdict'`.as('kind'), 'phase', 'check_name', 'target_key', 'field'])
    .select((row) => [
      row.ref('state_hash').$notNull().as('state_hash'),
      sql<string>`${by}`.as('accepted_by'),
      sql<string>`${reason}`.as('reason'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase)
    .where('is_failure', '=', true)
    .where('is_accepted', '=', false);
  if (check !== undefined) failing = failing.where('check_name', '=', check);
  if (targetKey !== undefined) failing = failing.where('target_key', '=', targetKey);
  return accept(db, failing);
}

/** Gives the number of objects. */
async function acceptOutcomes(
  db: Kysely<Warehouse>,
  workspaceIdCode: string,
  { phase, check, targetKey, by, reason }: Acceptance,
): Promise<number> {
  let failing = db
    .selectFrom('reconcile.load_error')
    .select(['workspace_id_code', sql<string>`'outcome'`.as('kind')])
    .select((row) => [
      row.ref('phase').$notNull().as('phase'),
      row.ref('reason_code').$notNull().as('check_name'),
      row.ref('target_key').$notNull().as('target_key'),
      sql<string>`''`.as('field'),
      row.ref('state_hash').$notNull().as('state_hash'),
      sql<string>`${by}`.as('accepted_by'),
      sql<string>`${reason}`.as('reason'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('phase', '=', phase)
    .where('state', 'in', ['failed', 'blocked'])
    .where('is_accepted', '=', false);
  if (check !== undefined) failing = failing.where('reason_code', '=', check);
  if (targetKey !== undefined) failing = failing.where('target_key', '=', targetKey);
  return accept(db, failing);
}

/** Writes the rows down, and gives how many checks or objects they are of. */
async function accept(db: Kysely<Warehouse>, failing: Expression<unknown>): Promise<number> {
  const { count } = await db
    .with('accepted', (cte) =>
      cte
        .insertInto('reconcile.accepted_difference')
        .columns(columns)
        .expression(failing)
        .returning(['check_name', 'target_key']),
    )
    .selectFrom('accepted')
    .select(sql<number>`count(distinct (check_name, target_key))::integer`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
