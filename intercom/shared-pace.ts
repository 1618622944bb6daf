import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Pace, RateObservation } from './rate-limit.ts';

/**
 * No call is on its way for longer, in milliseconds: what takes more time is Intercom's work, a large file or a busy machine.
 * Unbounded, calls of ten seconds would leave no moment of a window in which a call may start, and none would start again.
 */
const longestWay = 1_000;

export interface SharedPaceOptions {
  readonly workspaceIdCode: string;
  /** Share of every window left to the customer's other integrations, 0 to 0.9. */
  readonly reserveShare: number;
  /** What the headers said before this pace took over. */
  readonly firstObservation?: RateObservation | undefined;
}

/**
 * A pace shared by all processes that write to a workspace: permits are leased from `load.rate_window` in blocks, so that
 * a call costs no query. A call starts only if it is expected to arrive before its window ends.
 *
 * While Intercom states no limit every call may start.
 */
export function openSharedPace(pool: pg.Pool, options: SharedPaceOptions): Pace {
  let observation = options.firstObservation;
  let permits = 0;
  // performance.now() at which the window ends: Postgres tells how long it still lasts, so clocks need not agree.
  let windowEnds = 0;
  let typicalDuration = 0;
  let refill: Promise<void> | undefined;

  async function lease(seen: RateObservation): Promise<void> {
    const left = windowEnds - performance.now();
    if (left > 0 && left <= typicalDuration) await sleep(left);
    // Forty blocks a window: few queries, and little is lost when a process ends with permits in hand.
    const block = Math.max(1, Math.floor(seen.limit / 40));
    const result = await pool.query<{ granted: string; window_ends_in_ms: number }>(
      'select granted, window_ends_in_ms from load.lease_permits($1, $2, $3, to_timestamp($4), $5, $6)',
      [options.workspaceIdCode, block, options.reserveShare, seen.resetsAt, seen.limit, seen.remaining],
    );
    const row = result.rows[0];
    if (row === undefined) throw new Error('load.lease_permits returned no row');
    permits = Number(row.granted);
    windowEnds = performance.now() + row.window_ends_in_ms;
    if (permits === 0) await sleep(Math.max(1, row.window_ends_in_ms));
  }

  return {
    async acquire(signal) {
      for (;;) {
        signal?.throwIfAborted();
        if (observation === undefined) return;
        if (permits > 0 && performance.now() + typicalDuration < windowEnds) {
          permits -= 1;
          return;
        }
        refill ??= lease(observation).finally(() => {
          refill = undefined;
        });
        await refill;
      }
    },
    observe(next) {
      // Answers overtake each other: within a window the smaller remainder is the later one.
      const last = observation;
      if (last !== undefined && next.resetsAt < last.resetsAt) return;
      if (last !== undefined && next.resetsAt === last.resetsAt && next.remaining > last.remaining) return;
      observation = next;
      if (next.remaining === 0) permits = 0;
    },
    observeDuration(milliseconds) {
      const way = Math.min(milliseconds, longestWay);
      typicalDuration = typicalDuration === 0 ? way : typicalDuration * 0.9 + way * 0.1;
    },
    get lastObservation() {
      return observation;
    },
  };
}
