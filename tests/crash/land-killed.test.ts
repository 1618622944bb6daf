import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { topicOf } from '../../extract/topics/broker.ts';
import { canonicalPayload } from '../../extract/topics/envelope.ts';
import { messageOf } from '../../extract/topics/kafka-message.ts';
import { kafkaClient } from '../../extract/topics/kafkajs-workarounds.ts';
import { recordOfEnvelope } from '../../extract/topics/record-of-envelope.ts';
import { openDatabase as openOther } from '../../platform/database.ts';
import { type KafkaServer, startKafkaServer } from '../../platform/kafka-server.ts';
import {
  installCrashPoints,
  killAgainAndAgain,
  landedRecords,
  seeded,
  versionsByKey,
} from '../support/crash-points.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const hasKafka = inject('missingForKafkaProcesses') === '';
const recordCount = 24_000;
const opened: TestDatabase[] = [];
let kafka: KafkaServer | undefined;

beforeAll(async () => {
  if (!hasKafka) return;
  kafka = await startKafkaServer();
  await fillTopic(kafka.brokers);
});
afterAll(async () => {
  for (const database of opened) await database.drop();
  await kafka?.stop();
});

/** Two thousand organizations that change again and again, and now and then do not. */
async function fillTopic(brokers: readonly string[]): Promise<void> {
  const client = kafkaClient(brokers);
  const admin = client.admin();
  await admin.connect();
  // The records are older than Kafka keeps them by default.
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  await admin.createTopics({ topics: [{ topic: topicOf('Organization'), numPartitions: 4, configEntries }] });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  for (let first = 0; first < recordCount; first += 200) {
    const messages = Array.from({ length: 200 }, (_, index) => {
      const n = first + index;
      const record = recordOfEnvelope({
        schemaVersion: 1,
        rootClass: 'Organization',
        finalClass: 'Organization',
        id: String((n % 2_000) + 1),
        op: 'upsert',
        channel: 'rest',
        runId: '1',
        chunkId: '1',
        observedAt: new Date(Date.UTC(2024, 0, 1) + n * 1_000),
        payload: canonicalPayload({ name: `version ${n % 3 === 0 ? 0 : n}`, filler: `${n} `.repeat(300) }),
      });
      return messageOf(record);
    });
    await producer.send({ topic: topicOf('Organization'), messages });
  }
  await producer.disconnect();
}

/** The command that a person would start, as a process of its own. */
function startSink(databaseUrl: string): ProcessUnderTest {
  return startProcess(['cli/main.ts', 'land', '--until-empty', '--json'], {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: kafka?.brokers.join(',') ?? '',
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? '',
  });
}

async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  opened.push(database);
  return database;
}

async function expectEnd(sink: ProcessUnderTest): Promise<void> {
  const { code, said } = await sink.ended;
  expect(code, said).toBe(0);
}

/** Waits until a sink is in the middle of its work. */
async function untilMiddle(sink: ProcessUnderTest, database: TestDatabase): Promise<void> {
  await until('a tenth is landed', async () => (await landedRecords(database.pool)) >= recordCount / 10, {
    by: [sink],
  });
  expect(sink.hasEnded(), sink.printed()).toBe(false);
}

describe.skipIf(!hasKafka)('a sink of Kafka', () => {
  let expected: readonly object[];
  beforeAll(async () => {
    const undisturbed = await openDatabase();
    await expectEnd(startSink(undisturbed.url));
    expect(await landedRecords(undisturbed.pool)).toBe(recordCount);
    expected = await versionsByKey(undisturbed.pool);
    // Told by the records themselves, as they were made above.
    expect(expected.length).toBe(2_000);
  });

  it.each(sweepSeeds(20_261_124))(
    'killed again and again (seed %i), also inside a COPY and a commit, ends like an undisturbed one',
    async (seed) => {
      const database = await openDatabase();
      await installCrashPoints(database.pool);
      const kills = await killAgainAndAgain({
        ...{ pool: database.pool, start: () => startSink(database.url), kills: 8, random: seeded(seed) },
      });
      expect(
        [...kills.values()].reduce((sum, count) => sum + count, 0),
        JSON.stringify([...kills]),
      ).toBe(8);
      expect(await landedRecords(database.pool)).toBeLessThan(recordCount);
      await expectEnd(startSink(database.url));
      expect(await versionsByKey(database.pool)).toEqual(expected);
    },
  );

  it('that is stopped loses its partitions to another one after some seconds, and lands nothing twice when it wakes', async () => {
    const database = await openDatabase();
    const stopped = startSink(database.url);
    await untilMiddle(stopped, database);
    stopped.signal('SIGSTOP');
    expect(await landedRecords(database.pool)).toBeLessThan(recordCount);
    await expectEnd(startSink(database.url));
    expect(await landedRecords(database.pool)).toBe(recordCount);
    stopped.signal('SIGCONT');
    await expectEnd(stopped);
    expect(await landedRecords(database.pool)).toBe(recordCount);
    expect(await versionsByKey(database.pool)).toEqual(expected);
  });

  it('goes on by itself when the broker is killed and started again', async () => {
    const database = await openDatabase();
    const sink = startSink(database.url);
    await untilMiddle(sink, database);
    await kafka?.restart();
    await expectEnd(sink);
    expect(await versionsByKey(database.pool)).toEqual(expected);
  });

  it('goes on by itself when Postgres is killed and started again', async () => {
    const own = await startOwnPostgres();
    const database = { ...openOther(own.url, { max: 2 }), url: own.url, drop: async () => undefined };
    try {
      const sink = startSink(own.url);
      await untilMiddle(sink, database);
      await own.killAndRestart();
      await expectEnd(sink);
      expect(await versionsByKey(database.pool)).toEqual(expected);
    } finally {
      await database.close();
      await own.stop();
    }
  });
});
