import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartitionLeases } from '../../extract/landing/partition-leases.ts';
import { inTransaction, sessionName } from '../../platform/database.ts';
import { openRun, type Run } from '../../platform/run-record.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/*
 * A process that is stopped in the middle of a COPY holds its locks, and no timeout of Postgres counts there. Here a session with a
 * name of its own plays that process: it begins a COPY and sends nothing more.
 */
let database: TestDatabase;
let stopped: pg.Client;
let run: Run | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  stopped = new pg.Client({ connectionString: database.url, application_name: 'a stopped process' });
  stopped.on('error', () => undefined);
  await stopped.connect();
  await stopped.query('create table held (n integer primary key); insert into held values (1)');
});
afterEach(async () => {
  await run?.leave();
  run = undefined;
  await stopped.end().catch(() => undefined);
  await database.drop();
});

/** What the process that was stopped left of its lease. */
async function leaseOfStopped(heartbeatAgo: string): Promise<void> {
  await database.pool.query(
    `insert into ops.process (run_id, attempt, host, pid, session_name, heartbeat_at)
     values ($1, 99, 'elsewhere', 1, 'a stopped process', clock_timestamp() - $2::interval)`,
    [run?.runId, heartbeatAgo],
  );
}

async function standInCopy(before = 'select'): Promise<void> {
  await stopped.query(`begin; update held set n = 1; ${before}`);
  const copy = stopped.query(copyFrom('copy held from stdin'));
  copy.on('error', () => undefined);
  await expect
    .poll(async () => {
      const { rows } = await database.pool.query(
        `select wait_event from pg_stat_activity where application_name = 'a stopped process' and datname = current_database()`,
      );
      return rows[0]?.wait_event;
    })
    .toBe('ClientRead');
}

const lockWithin = (milliseconds: number) =>
  inTransaction(database.pool, (client) =>
    client.query(`set local lock_timeout = ${milliseconds}; update held set n = 2`),
  );

describe('a process that stands in the middle of a COPY', () => {
  it('loses its session, and with it its locks, once its lease ran out', async () => {
    run = await openRun(database.pool, { command: 'test', fingerprint: {}, leaseMs: 500 });
    await standInCopy();
    await leaseOfStopped('1 minute');
    await lockWithin(30_000);
  });

  it('keeps its session while its lease lives, and where nobody knows whose it is', async () => {
    run = await openRun(database.pool, { command: 'test', fingerprint: {}, leaseMs: 250 });
    await standInCopy();
    await expect(lockWithin(300)).rejects.toThrow(/lock timeout/);
    await leaseOfStopped('0 seconds');
    await expect(lockWithin(300)).rejects.toThrow(/lock timeout/);
  });

  it('does not end its own session when it renews its lease too late', async () => {
    run = await openRun(database.pool, { command: 'test', fingerprint: {}, leaseMs: 500 });
    const own = new pg.Client({ connectionString: database.url, application_name: sessionName });
    own.on('error', () => undefined);
    await own.connect();
    own.query(copyFrom('copy held from stdin')).on('error', () => undefined);
    const stateOfCopy = async () => {
      const { rows } = await database.pool.query<{ state: string }>(
        `select state from pg_stat_activity where query = 'copy held from stdin' and datname = current_database()`,
      );
      return rows.map(({ state }) => state);
    };
    await expect.poll(stateOfCopy).toEqual(['active']);
    await database.pool.query(`update ops.process set heartbeat_at = heartbeat_at - interval '1 hour'`);
    // Renewals come each fifth of the lease, and fail.
    await pause(400);
    expect(await stateOfCopy()).toEqual(['active']);
    await own.end().catch(() => undefined);
  });
});

describe('a sink that stands in the middle of a landing', () => {
  const leases = (pool: pg.Pool = database.pool) =>
    new PartitionLeases(pool, 'broker', { leased: () => undefined, leaseLost: () => undefined });

  async function standInLanding(): Promise<void> {
    await standInCopy(
      `insert into raw.landed_offset (broker, topic, partition_id, generation, offset_no) values ('broker', 'topic', 0, 1, -1)`,
    );
  }

  it('loses its session to another sink when it holds no lock of a living one', async () => {
    await standInLanding();
    const other = leases();
    await other.balance(['topic/0']);
    other.close();
    await lockWithin(30_000);
  });

  it('keeps its session while it lives', async () => {
    const pool = new pg.Pool({ connectionString: database.url, application_name: 'a stopped process' });
    const living = leases(pool);
    await living.balance(['topic/0']);
    await standInLanding();
    const other = leases();
    await other.balance(['topic/0']);
    other.close();
    await expect(lockWithin(300)).rejects.toThrow(/lock timeout/);
    living.close();
    await pool.end();
  });

  it('is not one when it has nothing to do with landing', async () => {
    await standInCopy();
    const other = leases();
    await other.balance(['topic/0']);
    other.close();
    await expect(lockWithin(300)).rejects.toThrow(/lock timeout/);
  });
});

it('does not end the process of a session that the server ended between two queries', async () => {
  const client = await database.pool.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // Without a listener the event ends the process: a delta that wakes after another one took its place.
  expect(client.listenerCount('error')).toBeGreaterThan(0);
  await database.pool.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
  await expect(client.query('select 1')).rejects.toThrow();
  client.release(true);
});
