import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { installCrashPoints, seeded, stopAt } from '../support/crash-points.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import type { ExtractProcessOptions } from '../support/extract-process.ts';
import { extractFrom } from '../support/extract-runs.ts';
import { changeObjects, idsOf } from '../support/itop-changes.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';
import { stateOf } from '../support/own-state.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('../support/extract-process.ts', import.meta.url));
const leaseMs = 1_000;
// As a command says it, whichever of the socket's and the server's errors comes first.
const lostConnection = /Postgres (ended the connection|does not answer)/;
const running: ProcessUnderTest[] = [];
const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const process of running) await process.kill();
  for (const close of opened) await close();
});

async function openSite(): Promise<{ itop: TestItop; database: TestDatabase }> {
  const [database, itop] = await Promise.all([
    createTestDatabase(),
    startTestItop({ generator: { tickets: 80, seed: 5 } }),
  ]);
  opened.push(database.drop, itop.close);
  return { itop, database };
}

function start(itop: TestItop, database: TestDatabase): ProcessUnderTest {
  const settings = itopSettings(itop, { window_ids: 20, in_flight: 2 });
  const options: ExtractProcessOptions = { databaseUrl: database.url, settings, leaseMs };
  const process = startProcess([script, JSON.stringify(options)]);
  running.push(process);
  return process;
}

const recordsIn = async (database: TestDatabase): Promise<number> =>
  Number((await database.pool.query<{ count: string }>('select count(*) from raw.object')).rows[0]?.count);

/** People work on: a title, a name, an entry, an object that goes. */
async function workOn(itop: TestItop, round: number): Promise<void> {
  const requests = await idsOf(itop, 'UserRequest');
  const [person = 0] = await idsOf(itop, 'Person');
  const [attachment = 0] = await idsOf(itop, 'Attachment');
  await changeObjects(
    itop,
    ...requests.map((id) => ({
      action: 'patch',
      class: 'UserRequest',
      id,
      fields: { title: `title of round ${round}` },
    })),
    { action: 'patch', class: 'Person', id: person, fields: { phone: `+33 ${round}` } },
    { action: 'delete', class: 'Attachment', id: attachment },
  );
}

/** Raw as an extraction of what iTop holds now leaves it. */
async function expectedOf(itop: TestItop): Promise<Map<string, string>> {
  const database = await createTestDatabase();
  opened.push(database.drop);
  await extractFrom(database.pool, itop);
  return stateOf(database.pool);
}

it.each(sweepSeeds(3))(
  'an extraction that is stopped past its lease while another one ends its run, and a delta follows, overwrites nothing newer (seed %i)',
  async (seed) => {
    const { itop, database } = await openSite();
    const roll = seeded(seed);
    const frozen = start(itop, database);
    const wanted = 50 + Math.floor(roll() * 400);
    await until(`it landed ${wanted} records`, async () => (await recordsIn(database)) >= wanted, { by: [frozen] });
    await sleep(roll() * 40);
    expect(frozen.hasEnded(), frozen.printed()).toBe(false);
    frozen.signal('SIGSTOP');
    await workOn(itop, 1);
    await sleep(leaseMs + 200);
    const other = await start(itop, database).ended;
    expect(other.code, other.said).toBe(0);
    await workOn(itop, 2);
    await extractFrom(database.pool, itop, { isDelta: true });
    const before = await stateOf(database.pool);
    frozen.signal('SIGCONT');
    const woken = await frozen.ended;
    // Stopped inside a landing transaction, it lost that: the records are read again by whoever goes on.
    if (woken.code !== 0) expect(woken.said).toMatch(lostConnection);

    expect(before).toEqual(await expectedOf(itop));
    expect(await stateOf(database.pool), 'after it woke').toEqual(before);
    await workOn(itop, 3);
    await extractFrom(database.pool, itop, { isDelta: true });
    expect(await stateOf(database.pool), 'a delta misses nothing').toEqual(await expectedOf(itop));
  },
);

it('one that is stopped inside a landing transaction holds nobody up for longer than a transaction may stand still', async () => {
  const { itop, database } = await openSite();
  await installCrashPoints(database.pool);
  const release = await stopAt(database.pool, 'before the offset moves');
  const frozen = start(itop, database);
  await release.whenReached();
  frozen.signal('SIGSTOP');
  await release.open();
  const other = await start(itop, database).ended;
  expect(other.code, other.said).toBe(0);
  frozen.signal('SIGCONT');
  const woken = await frozen.ended;
  expect(woken.code).toBe(1);
  expect(woken.said).toMatch(lostConnection);
  expect(await stateOf(database.pool)).toEqual(await expectedOf(itop));
});
