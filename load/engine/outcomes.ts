import { sql } from 'kysely';
import type pg from 'pg';
import { createGroupCommit, type GroupCommit } from '../../platform/group-commit.ts';
import type { Target } from '../../platform/journal.ts';
import { readQuery } from '../../platform/query-file.ts';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import { plannedAmong } from './orphaned-intents.ts';
import type { PhaseSource } from './phase.ts';

const outcomeQuery = readQuery(import.meta.dirname, 'write-outcomes.sql');

/** Why an object is not loaded. */
export interface NotLoaded {
  readonly target: Target;
  readonly state: 'failed' | 'blocked';
  readonly reasonCode: string;
  readonly reason: string;
  readonly nextStep: string;
}

/** Writes rows of `load.outcome`, those of concurrent workers together. The journal row is the object's last refused call. */
export function createOutcomeWriter(
  pool: pg.Pool,
  workspaceIdCode: string,
  runId: string,
): GroupCommit<NotLoaded, void> {
  return createGroupCommit<NotLoaded, void>(async (batch) => {
    const latest = new Map(batch.map((item) => [`${item.target.type} ${item.target.key}`, item]));
    await pool.query(outcomeQuery, [
      workspaceIdCode,
      runId,
      JSON.stringify(
        [...latest.values()].map((item) => ({
          phase: item.target.phase,
          target_type: item.target.type,
          target_key: item.target.key,
          source_key: item.target.sourceKey,
          state: item.state,
          reason_code: item.reasonCode,
          reason: item.reason,
          next_step: item.nextStep,
          payload_hash: item.target.payloadHash?.toString('hex') ?? null,
        })),
      ),
    ]);
    return batch.map(() => undefined);
  }, 500);
}

/** Removes the outcomes of objects that are loaded now. `doneType` is the identity that marks an object as complete. */
export async function clearOutcomes(
  pool: pg.Pool,
  workspaceIdCode: string,
  targetType: string,
  doneType: string,
): Promise<void> {
  await warehouse(pool)
    .deleteFrom('load.outcome as o')
    .using('load.identity as i')
    .where('o.workspace_id_code', '=', workspaceIdCode)
    .where('o.target_type', '=', targetType)
    .where('i.workspace_id_code', '=', workspaceIdCode)
    .where('i.target_type', '=', doneType)
    .whereRef('i.target_key', '=', 'o.target_key')
    // A change or a message that was refused stays listed until it is applied.
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('load.representation as r')
            .select('r.target_key')
            .where('r.workspace_id_code', '=', workspaceIdCode)
            .where('r.target_type', '=', targetType)
            .whereRef('r.target_key', '=', 'o.target_key')
            .where(({ eb, or }) =>
              or([
                eb('r.payload_hash', 'is distinct from', eb.ref('o.payload_hash')),
                // It may have gone from iTop since.
                eb('o.thread_hash', 'is not', null).and(
                  sql<boolean>`reconcile.unsent_messages(o.workspace_id_code, o.target_key) is not null`,
                ),
              ]),
            )
            .whereRef('r.observed_at', '<', 'o.recorded_at'),
        ),
      ),
    )
    .execute();
}

/** Removes the outcomes of objects that are not planned any more: nobody could ever load them, and they would keep the gate closed. */
export async function forgetUnplanned(pool: pg.Pool, workspaceIdCode: string, phase: PhaseSource): Promise<void> {
  const db = warehouse(pool);
  const noted = await db
    .selectFrom('load.outcome')
    .select('target_key')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', phase.targetType)
    .execute();
  if (noted.length === 0) return;
  const keys = noted.map((row) => row.target_key);
  const planned = await plannedAmong(pool, workspaceIdCode, phase, keys);
  await db
    .deleteFrom('load.outcome')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', phase.targetType)
    .where('target_key', '=', anyOf(keys.filter((key) => !planned.has(key))))
    .execute();
}
