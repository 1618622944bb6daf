import { hostname } from 'node:os';
import type pg from 'pg';
import { deadAfterMs } from '../platform/run-record.ts';

/**
 * Takes the objects of a page that no other living process works on. Gives back the keys that are this process's now:
 * what stands open for them in the journal was left by a process that is gone.
 */
export async function claimTargets(
  pool: pg.Pool,
  request: { workspaceIdCode: string; processId: string; targetType: string; targetKeys: readonly string[] },
): Promise<Set<string>> {
  const others = await livingProcesses(pool, request.processId);
  const claimed = await pool.query<{ target_key: string }>(
    `insert into load.claim as c (workspace_id_code, target_type, target_key, process_id)
     select $1, $2, key, $3 from unnest($4::text[]) as key order by key
     on conflict (workspace_id_code, target_type, target_key) do update
     set process_id = excluded.process_id, claimed_at = clock_timestamp()
     where c.process_id <> all ($5::bigint[])
     returning target_key`,
    [request.workspaceIdCode, request.targetType, request.processId, request.targetKeys, others],
  );
  return new Set(claimed.rows.map((row) => row.target_key));
}

/** Gives up all claims of a process, when its phase ended, and those that processes which are gone left behind. */
export async function releaseClaims(pool: pg.Pool, processId: string): Promise<void> {
  const others = await livingProcesses(pool, processId);
  await pool.query('delete from load.claim where process_id <> all ($1::bigint[])', [others]);
}

/**
 * Other processes that may still be at work: no end, a recent heartbeat and, on this machine, a process of that number.
 * A killed process is thus known to be gone at once here, and after the heartbeat's time elsewhere.
 */
export async function livingProcesses(pool: pg.Pool, ownProcessId: string): Promise<string[]> {
  const candidates = await pool.query<{ process_id: string; host: string; pid: number }>(
    `select process_id, host, pid from ops.process
     where ended_at is null and process_id <> $1 and heartbeat_at > clock_timestamp() - make_interval(secs => $2)`,
    [ownProcessId, deadAfterMs / 1000],
  );
  return candidates.rows
    .filter((row) => row.host !== hostname() || processExists(row.pid))
    .map((row) => row.process_id);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
