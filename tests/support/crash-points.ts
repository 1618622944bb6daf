import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { ProcessUnderTest } from './process-under-test.ts';
import { until } from './until.ts';

/** Moments of a landing transaction at which a test can hold it, by locks that triggers wait for. */
const locks = { 'inside a COPY': 71_001, 'before the offset moves': 71_002, 'inside the commit': 71_003 } as const;

export type CrashPoint = keyof typeof locks;

/** Makes every landing of this database pass the points; they hold nothing until somebody takes their lock. */
export async function installCrashPoints(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create function public.pass_crash_point() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return new; end $$;
    create trigger crash_in_copy before insert on raw.object
      for each row execute function public.pass_crash_point('${locks['inside a COPY']}');
    create trigger crash_at_offset before update on raw.landed_offset
      for each row execute function public.pass_crash_point('${locks['before the offset moves']}');
    create constraint trigger crash_in_commit after update on raw.landed_offset deferrable initially deferred
      for each row execute function public.pass_crash_point('${locks['inside the commit']}')`);
}

export interface Sweep {
  readonly pool: pg.Pool;
  readonly start: () => ProcessUnderTest;
  readonly kills: number;
  /** Numbers in [0, 1), seeded. */
  readonly random: () => number;
}

/**
 * Starts a process and kills it, again and again: three times out of five at a crash point, else at a random moment after it
 * landed something. Gives the kills by kind; fewer than asked for where the process came to its end before.
 */
export async function killAgainAndAgain({ pool, start, kills, random }: Sweep): Promise<Map<string, number>> {
  const done = new Map<string, number>();
  const points = [...(Object.keys(locks) as CrashPoint[]), undefined, undefined];
  for (let kill = 0; kill < kills; kill++) {
    const point = points[kill % points.length];
    const release = point === undefined ? undefined : await hold(pool, point);
    const before = await landedRecords(pool);
    const process = start();
    try {
      const isThere = async () =>
        point === undefined ? (await landedRecords(pool)) !== before : (await waitingAt(pool, point)) > 0;
      await until(`a landing is at ${point ?? 'its next record'}`, async () => process.hasEnded() || isThere(), {
        everyMs: 3,
      });
      if (process.hasEnded()) return done;
      if (point === undefined) await pause(Math.floor(random() * 60));
      if (process.hasEnded()) return done;
      await process.kill();
    } finally {
      await release?.();
    }
    const kind = point ?? 'at a random moment';
    done.set(kind, (done.get(kind) ?? 0) + 1);
  }
  return done;
}

/** Holds every landing at a crash point until opened. */
export async function stopAt(
  pool: pg.Pool,
  point: CrashPoint,
): Promise<{ whenReached(): Promise<void>; open(): Promise<void> }> {
  const open = await hold(pool, point);
  return {
    open,
    whenReached: () =>
      until(`a landing is at ${point}`, async () => (await waitingAt(pool, point)) > 0, { everyMs: 3 }),
  };
}

/** Offsets landed so far, over all topics. */
export async function landedRecords(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ landed: string | null }>(
    'select sum(offset_no + 1) as landed from raw.landed_offset',
  );
  return Number(rows[0]?.landed ?? 0);
}

/**
 * Every object with its versions in order, each hashed here and by Postgres: the landing's own hashes are part of what is judged.
 */
export async function versionsByKey(pool: pg.Pool): Promise<readonly object[]> {
  const { rows } = await pool.query<object>(
    `select source_key, array_agg(op || ' ' || md5(payload::text) order by version_id) as versions
     from raw.object group by source_key order by source_key`,
  );
  return rows;
}

async function hold(pool: pg.Pool, point: CrashPoint): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('select pg_advisory_lock($1)', [locks[point]]);
  return async () => {
    await client.query('select pg_advisory_unlock($1)', [locks[point]]);
    client.release();
  };
}

async function waitingAt(pool: pg.Pool, point: CrashPoint): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from pg_locks
     where locktype = 'advisory' and not granted and objid = $1
       and database = (select oid from pg_database where datname = current_database())`,
    [locks[point]],
  );
  return rows[0]?.count ?? 0;
}

/** Numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
