import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { warehouse } from '../../platform/warehouse.ts';

/** iTop's clock is known to the second. What was seen later than this after it was seen by another clock. */
const clockErrorMs = 60_000;

/** Up to when iTop was seen before, by its own clock; null where it never was. */
export interface FormerObservations {
  /** By any run: what is seen from now on is later. */
  readonly byAny: Date | null;
  /** By runs whose work was done when this one began. */
  readonly byFormer: Date | null;
}

/**
 * Reads up to when iTop was seen before a run. `now`: the time on iTop's own clock. Nothing can have been seen after it: what is dated so,
 * as a file that came from a machine whose clock is ahead, counts as seen now. Else a change that is read today would be older than it, and lost.
 */
export async function formerObservations(pool: pg.Pool, startedAt: Date, now: Date): Promise<FormerObservations> {
  const former = await lastSeen(pool, startedAt);
  if (former.byAny === null || former.byAny.getTime() <= now.getTime() + clockErrorMs) return former;
  await inTransaction(pool, async (client) => {
    const database = warehouse(client);
    await database.updateTable('raw.head').set({ seen_at: now }).where('seen_at', '>', now).execute();
    await database.updateTable('ops.chunk').set({ seen_until: now }).where('seen_until', '>', now).execute();
  });
  return lastSeen(pool, startedAt);
}

async function lastSeen(pool: pg.Pool, startedAt: Date): Promise<FormerObservations> {
  return warehouse(pool)
    .selectFrom('ops.chunk')
    .select(({ fn }) => [
      fn.max('seen_until').as('byAny'),
      fn.max('seen_until').filterWhere('done_at', '<', startedAt).as('byFormer'),
    ])
    .executeTakeFirstOrThrow();
}
