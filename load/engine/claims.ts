import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { endLostLeases, requireLease } from '../../platform/process-lease.ts';

/** Claims `c` that are held under no living lease, or under that of the process $1. */
const isFree = `exists (
  select from ops.process p
  where p.process_id = c.process_id and (p.process_id = $1 or p.ended_at is not null or p.lost_at is not null))`;

/**
 * Takes the objects of a page that no other living process works on. Gives back the keys that are this process's now:
 * what stands open for them in the journal was left under a lease that is lost. Throws LeaseLost.
 */
export async function claimTargets(
  pool: pg.Pool,
  request: { workspaceIdCode: string; processId: string; targetType: string; targetKeys: readonly string[] },
): Promise<Set<string>> {
  await endLostLeases(pool, request.processId);
  return inTransaction(pool, async (client) => {
    await requireLease(client, request.processId);
    const claimed = await client.query<{ target_key: string }>(
      `insert into load.claim as c (workspace_id_code, target_type, target_key, process_id)
       select $2, $3, key, $1 from unnest($4::text[]) as key order by key
       on conflict (workspace_id_code, target_type, target_key) do update
       set process_id = excluded.process_id, claimed_at = clock_timestamp()
       where ${isFree}
       returning target_key`,
      [request.processId, request.workspaceIdCode, request.targetType, request.targetKeys],
    );
    return new Set(claimed.rows.map((row) => row.target_key));
  });
}

/** Gives up all claims of a process, when its phase ended, and those that were left under lost leases. */
export async function releaseClaims(pool: pg.Pool, processId: string): Promise<void> {
  await endLostLeases(pool, processId);
  await pool.query(`delete from load.claim c where ${isFree}`, [processId]);
}
