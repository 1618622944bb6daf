import type pg from 'pg';
import { inTransaction } from '../platform/database.ts';
import { RefusedError } from '../platform/errors.ts';

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
  const verdicts = await count(
    pool,
    `select count(*)::integer as count from reconcile.difference
     where workspace_id_code = $1 and phase = $2 and is_failure and not is_accepted and field = ''
       and check_name = coalesce($3, check_name) and target_key = coalesce($4, target_key)`,
    [workspaceIdCode, phase, check, targetKey],
  );
  const outcomes = await count(
    pool,
    `select count(*)::integer as count from load.outcome o join reconcile.phase p on p.target_type = o.target_type
     where o.workspace_id_code = $1 and p.phase = $2
       and o.reason_code = coalesce($3, o.reason_code) and o.target_key = coalesce($4, o.target_key)`,
    [workspaceIdCode, phase, check, targetKey],
  );
  if (verdicts + outcomes === 0) {
    throw new RefusedError(`Nothing in ${phase} that failed, is unknown or was not loaded matches this description.`, {
      stage: 'reconcile',
      nextStep: 'Look at reconcile.difference and load.outcome for the phase, the check and the key.',
    });
  }
  const kinds = [...(verdicts > 0 ? ['verdict'] : []), ...(outcomes > 0 ? ['outcome'] : [])];
  await inTransaction(pool, async (client) => {
    await client.query(
      `insert into reconcile.accepted_difference (workspace_id_code, kind, phase, check_name, target_key, accepted_by, reason)
       select $1, kind, $3, $4, $5, $6, $7 from unnest($2::text[]) as kind`,
      [workspaceIdCode, kinds, phase, check, targetKey, by, reason],
    );
  });
  return { verdicts, outcomes };
}

async function count(pool: pg.Pool, query: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(query, [...values]);
  return rows[0]?.count ?? 0;
}
