import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seeded } from '../support/crash-points.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

/* The lease of a delta, on real processes. What a stage of it does under its own lease: the other tests of this folder. */

let database: TestDatabase;
const started: ProcessUnderTest[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  await database.pool.query('create table written (pid integer, at timestamptz default clock_timestamp())');
});
afterEach(async () => {
  for (const process of started.splice(0)) await process.kill();
  await database.drop();
});

const leaseMs = 1_000;
function start(lines: number): ProcessUnderTest {
  const process = startProcess(['tests/support/lease-process.ts', database.url, String(leaseMs), String(lines)]);
  started.push(process);
  return process;
}

const written = async () => Number((await database.pool.query('select count(*) from written')).rows[0]?.count);
const untilWritten = (lines: number, by: ProcessUnderTest) =>
  until(`${lines} lines are written`, async () => (await written()) >= lines, { by: [by] });

it.each(sweepSeeds(3))(
  'a delta that is stopped is taken over when its lease ran out, and does nothing more when it wakes (seed %i)',
  async (seed) => {
    const roll = seeded(seed);
    const frozen = start(100_000);
    await untilWritten(1 + Math.floor(roll() * 20), frozen);
    expect(await start(1).ended).toMatchObject({ code: 2, said: 'Another delta is running. Nothing was done.\n' });
    await sleep(roll() * 10);
    frozen.signal('SIGSTOP');
    await sleep(leaseMs + 100);
    // By now the line that was on the way when it was stopped is there too.
    const stopped = await written();

    expect(await start(5).ended).toMatchObject({ code: 0 });
    expect(await written()).toBe(stopped + 5);
    // The table that the stopped one held is free.
    const client = await database.pool.connect();
    await client.query(`begin; set local lock_timeout = '1s'; lock table written in access exclusive mode; rollback`);
    client.release();
    frozen.signal('SIGCONT');
    const woken = await frozen.ended;
    expect(woken).toEqual({ code: 1, said: expect.stringMatching(/^The connection to the database broke/) });
    expect(await written()).toBe(stopped + 5);
  },
);

it('one that works for longer than its lease keeps it', async () => {
  const working = start(100_000);
  await untilWritten(1, working);
  await sleep(2 * leaseMs);
  expect(await start(1).ended).toMatchObject({ code: 2 });
  expect(working.hasEnded()).toBe(false);
});
