import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { TokenRefused, WrongWorkspace } from '../../intercom/errors.ts';
import { FailedError, messageOf } from '../../platform/errors.ts';
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
    const { rows } = await pool.query<{ is_paused: boolean; reason: string | null; next_step: string | null }>(
      `select exists (select from load.pause where workspace_id_code = $1) as is_paused, halt.reason, halt.next_step
       from ops.process own
       left join load.halt halt
         on halt.workspace_id_code = $1 and halt.process_id <> own.process_id and halt.halted_at > own.started_at
       where own.process_id = $2`,
      [workspaceIdCode, processId],
    );
    const [row] = rows;
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
      await pool.query(
        `insert into load.halt (workspace_id_code, reason, next_step, process_id) values ($1, $2, $3, $4)
         on conflict (workspace_id_code) do update
         set reason = excluded.reason, next_step = excluded.next_step, process_id = excluded.process_id,
             halted_at = clock_timestamp()`,
        [workspaceIdCode, messageOf(error), error.nextStep, processId],
      );
    },
    end: () => clearInterval(timer),
  };
}

/** Holds all loads of a workspace, or lets them go on. True when that changed something. */
export async function setPause(pool: pg.Pool, workspaceIdCode: string, isPaused: boolean): Promise<boolean> {
  const done = isPaused
    ? await pool.query('insert into load.pause (workspace_id_code) values ($1) on conflict do nothing', [
        workspaceIdCode,
      ])
    : await pool.query('delete from load.pause where workspace_id_code = $1', [workspaceIdCode]);
  return (done.rowCount ?? 0) > 0;
}
