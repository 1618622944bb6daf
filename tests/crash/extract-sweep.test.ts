import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openDatabase } from '../../platform/database.ts';
import { type KafkaServer, startKafkaServer } from '../../platform/kafka-server.ts';
import {
  installCrashPoints,
  killAgainAndAgain,
  landedRecords,
  seeded,
  versionsByKey,
} from '../support/crash-points.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import type { ExtractProcessOptions } from '../support/extract-process.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('../support/extract-process.ts', import.meta.url));
const classes = ['Organization', 'Person', 'UserRequest', 'Incident'];
const hasKafka = inject('missingForKafkaProcesses') === '';

let itop: TestItop;
const opened: TestDatabase[] = [];

beforeAll(async () => {
  itop = await startTestItop({ generator: { tickets: 160, seed: 5 } });
});
afterAll(async () => {
  await itop?.close();
  for (const database of opened) await database.drop();
});

async function newDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  opened.push(database);
  return database;
}

/** A database that an undisturbed extraction filled with what iTop holds now. */
async function undisturbedDatabase(): Promise<TestDatabase> {
  const database = await newDatabase();
  await expectEnd(start(database.url));
  return database;
}

function start(databaseUrl: string, brokers: readonly string[] = []): ProcessUnderTest {
  const settings = itopSettings(itop, { window_ids: 4, window_bytes: 50_000_000, in_flight: 1 });
  const options: ExtractProcessOptions = { databaseUrl, settings, classes, brokers };
  return startProcess([script, JSON.stringify(options)]);
}

async function expectEnd(process: ProcessUnderTest): Promise<void> {
  const { code, said } = await process.ended;
  expect(code, said).toBe(0);
}

/** Users go on working: every third request gets another title. */
async function changeItop(seed: number): Promise<void> {
  const ids = Object.values((await itop.call(allRequests)).objects ?? {}).map(({ key }) => Number(key));
  const changes = ids
    .filter((id) => id % 3 === 0)
    .map((id) => ({ action: 'patch', class: 'UserRequest', id, fields: { title: `Changed ${id} (${seed})` } }));
  expect(changes.length).toBeGreaterThan(10);
  expect(await itop.control('/objects', changes)).toHaveProperty('ids');
}
const allRequests = {
  ...{ operation: 'core/get', class: 'UserRequest', key: 'SELECT UserRequest', output_fields: 'id' },
};

it.each(sweepSeeds(20_261_124))(
  'an extraction killed thirty times (seed %i), also inside a COPY and a commit, lands what an undisturbed one lands',
  async (seed) => {
    const undisturbed = await undisturbedDatabase();
    const database = await newDatabase();
    await installCrashPoints(database.pool);
    const random = seeded(seed);
    const sweep = { pool: database.pool, start: () => start(database.url), random };
    const first = await killAgainAndAgain({ ...sweep, kills: 15 });
    await expectEnd(start(database.url));
    expect(await versionsByKey(database.pool)).toEqual(await versionsByKey(undisturbed.pool));

    await changeItop(seed);
    await expectEnd(start(undisturbed.url));
    const second = await killAgainAndAgain({ ...sweep, kills: 15 });
    await expectEnd(start(database.url));
    expect(await versionsByKey(database.pool)).toEqual(await versionsByKey(undisturbed.pool));
    const kills = [...first.values(), ...second.values()].reduce((sum, count) => sum + count, 0);
    expect(kills, JSON.stringify([[...first], [...second]])).toBe(30);
  },
);

it('an extraction whose Postgres is killed and started again ends as an undisturbed one', async () => {
  const undisturbed = await undisturbedDatabase();
  const own = await startOwnPostgres();
  const database = openDatabase(own.url, { max: 2 });
  try {
    const process = start(own.url);
    await until('it landed something', async () => (await landedRecords(database.pool)) > 0, { by: [process] });
    await own.killAndRestart();
    // It may have ended with words: the same command goes on.
    await process.ended;
    await expectEnd(start(own.url));
    const latest = (rows: readonly object[]) =>
      rows.map((row) => {
        const { source_key, versions } = row as { source_key: string; versions: readonly string[] };
        return `${source_key} ${versions.at(-1)}`;
      });
    expect(latest(await versionsByKey(database.pool))).toEqual(latest(await versionsByKey(undisturbed.pool)));
  } finally {
    await database.close();
    await own.stop();
  }
});

it.skipIf(!hasKafka)(
  'an extraction that is killed while it publishes to Kafka lands what an undisturbed one lands, also over a restart of the broker',
  async () => {
    const [database, fresh] = [await newDatabase(), await undisturbedDatabase()];
    let kafka: KafkaServer | undefined;
    try {
      kafka = await startKafkaServer();
      const { brokers } = kafka;
      await installCrashPoints(database.pool);
      const kills = await killAgainAndAgain({
        ...{ pool: database.pool, start: () => start(database.url, brokers), kills: 5, random: seeded(7) },
      });
      expect([...kills.values()].reduce((sum, count) => sum + count, 0)).toBe(5);
      const last = start(database.url, brokers);
      const before = await landedRecords(database.pool);
      await until('it landed more', async () => (await landedRecords(database.pool)) > before, { by: [last] });
      await kafka.restart();
      await expectEnd(last);
      expect(await versionsByKey(database.pool)).toEqual(await versionsByKey(fresh.pool));
    } finally {
      await kafka?.stop();
    }
  },
);
