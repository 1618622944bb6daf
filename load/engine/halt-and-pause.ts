import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { TokenRefused, WrongWorkspace } from '../../intercom/errors.ts';
import { FailedError, messageOf } from '../../platform/errors.ts';
import { clockTimestamp, warehouse } from '../../platform/warehouse.ts';
import type { Abort } from './abort.ts';
import { SilenceBroken } from './errors.ts';

/** Looks after what concerns all loader processes of a workspace: alarms that end them, pauses that hold them. */
export interface Watch {
  /** Resolves once no pause stands. */
  whileFree(): Promise<void>;
  /** Asks at once: a process that slept may have missed an alarm. */
  ask(): Promise<void>;
  /** Makes an error that concerns everybody known to the other processes. Errors of this process alone are not told. */
  raise(error: unknown): Promise<void>;
  end(): void;
}

/** So often a process asks: an alarm reaches all of them well within a window of the rate limit. */
const askEveryMs = 1_000;

/** Opens it once the first answer is known: a paused workspace holds a load from its first call on. */
export async function openWatch(
  pool: pg.Pool,
  { workspaceIdCode, processId, abort }: { workspaceIdCode: string; processId: string; abort: Abort },
): Promise<Watch> {
  let isPaused = false;
  let isAsking = false;

  async function ask(): Promise<void> {
    const row = await warehouse(pool)
      .selectFrom('ops.process as own')
      .leftJoin('load.halt as halt', (join) =>
        join
          .on('halt.workspace_id_code', '=', workspaceIdCode)
          .onRef('halt.process_id', '<>', 'own.process_id')
          .onRef('halt.halted_at', '>', 'own.started_at'),
      )
      .leftJoin('load.pause as pause', (join) => join.on('pause.workspace_id_code', '=', workspaceIdCode))
      .select(['halt.reason', 'halt.next_step'])
      .select(sql<boolean>`pause.workspace_id_code is not null`.as('is_paused'))
      .where('own.process_id', '=', processId)
      .executeTakeFirst();
    isPaused = row?.is_paused ?? false;
    if (row?.reason === null || row?.reason === undefined) return;
    abort.because(
      new FailedError(`Another loader process raised an alarm: ${row.reason}`, {
        stage: 'load',
        nextStep: row.next_step ?? 'See what stopped it: itop-to-intercom status',
      }),
    );
  }

  await ask();
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    // A question that fails is asked again; a database that stays away ends the load by its own queries.
    ask()
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, askEveryMs);
  timer.unref();

  return {
    ask,
    async whileFree() {
      while (isPaused && !abort.signal.aborted) {
        await sleep(200, undefined, { signal: abort.signal }).catch(() => undefined);
      }
    },
    async raise(error) {
      if (!(error instanceof TokenRefused || error instanceof SilenceBroken || error instanceof WrongWorkspace)) return;
      await warehouse(pool)
        .insertInto('load.halt')
        .values({
          workspace_id_code: workspaceIdCode,
          reason: messageOf(error),
          next_step: error.nextStep,
          process_id: processId,
        })
        .onConflict((conflict) =>
          conflict.column('workspace_id_code').doUpdateSet((excluded) => ({
            reason: excluded.ref('excluded.reason'),
            next_step: excluded.ref('excluded.next_step'),
            process_id: excluded.ref('excluded.process_id'),
            halted_at: clockTimestamp,
          })),
        )
        .execute();
    },
    end: () => clearInterval(timer),
  };
}

/** Holds all loads of a workspace, or lets them go on. True when that changed something. */
export async function setPause(pool: pg.Pool, workspaceIdCode: string, isPaused: boolean): Promise<boolean> {
  const db = warehouse(pool);
  if (isPaused) {
    const inserted = await db
      .insertInto('load.pause')
      .values({ workspace_id_code: workspaceIdCode })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const deleted = await db.deleteFrom('load.pause').where('workspace_id_code', '=', workspaceIdCode).executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}
