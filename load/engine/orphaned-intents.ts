import type pg from 'pg';
import { livingProcesses } from '../../platform/process-lease.ts';
import type { LoadContext } from './context.ts';
import { type PhaseSource, plannedQuery } from './phase.ts';

/** Reason code of what this file notes in `load.outcome`. */
const orphanedIntent = 'OrphanedIntent';

/**
 * Lists the objects that are not planned any more (out of scope, merged, handed off since) while a call for them is of unknown
 * outcome: no load comes to them again, so a person looks in Intercom and accepts what is found. An object that is planned again is
 * resolved by its load as any other.
 */
export async function listOrphanedIntents(context: LoadContext, phase: PhaseSource): Promise<void> {
  const { pool, workspaceIdCode, runId } = context;
  const living = await livingProcesses(pool, context.lease.processId);
  const open = await pool.query<{ target_key: string; journal_id: string; operation: string }>(
    `select distinct on (target_key) target_key, journal_id, operation
     from (select case when target_type = $3 then target_key else source_key end as target_key, journal_id, operation
           from load.journal
           where workspace_id_code = $1 and phase = $2 and state in ('intent', 'uncertain') and process_id <> all ($4::bigint[])) lost
     order by target_key, journal_id desc`,
    [workspaceIdCode, phase.name, phase.targetType, living],
  );
  const planned = await plannedAmong(pool, workspaceIdCode, phase, keysOf(open.rows));
  const left = open.rows.filter((row) => !planned.has(row.target_key));
  await pool.query(
    `delete from load.outcome
     where workspace_id_code = $1 and target_type = $2 and reason_code = $3 and target_key <> all ($4)`,
    [workspaceIdCode, phase.targetType, orphanedIntent, keysOf(left)],
  );
  if (left.length === 0) return;
  await pool.query(
    `insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, journal_id, run_id)
     select $1, $2, o.target_key, 'failed', $3,
            'The answer to ' || o.operation || ' was lost, and the object is not to be loaded any more: nobody looked whether it is in Intercom.',
            'Look in Intercom for what was sent (select path, payload from load.journal where journal_id = ' || o.journal_id
              || '), delete it there or leave it, then: itop-to-intercom reconcile accept --phase ' || $5 || ' --check ' || $3
              || ' --target-key ' || o.target_key || ' --by NAME --reason WHY',
            o.journal_id, $6
     from jsonb_to_recordset($4::jsonb) as o (target_key text, journal_id bigint, operation text)
     on conflict (workspace_id_code, target_type, target_key) do update
     set state = excluded.state, reason_code = excluded.reason_code, reason = excluded.reason, next_step = excluded.next_step,
         payload_hash = null, journal_id = excluded.journal_id, run_id = excluded.run_id, recorded_at = clock_timestamp()`,
    [workspaceIdCode, phase.targetType, orphanedIntent, JSON.stringify(left), phase.name, runId],
  );
}

/** Which of these objects the phase still has to load. */
export async function plannedAmong(
  pool: pg.Pool,
  workspaceIdCode: string,
  phase: PhaseSource,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ target_key: string }>(plannedQuery(phase), [workspaceIdCode, keys]);
  return new Set(rows.map((row) => row.target_key));
}

function keysOf(rows: readonly { readonly target_key: string }[]): string[] {
  return rows.map((row) => row.target_key);
}
