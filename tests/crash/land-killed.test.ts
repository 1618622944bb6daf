import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalPayload } from '../../extract/envelope.ts';
import { recordOfEnvelope } from '../../extract/landing/record-of-envelope.ts';
import { topicOf } from '../../extract/topics/broker.ts';
import { kafkaClient } from '../../extract/topics/kafka-client.ts';
import { messageOf } from '../../extract/topics/kafka-message.ts';
import { type KafkaServer, missingForKafka, startKafkaServer } from '../../platform/kafka-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const missing = await missingForKafka();
if (missing !== undefined && process.env.CI === 'true')
  throw new Error(`Kafka cannot be tested: ${missing} is missing.`);
if (missing !== undefined) process.stderr.write(`Kafka is not tested here: ${missing} is missing.\n`);

const recordCount = 24_000;
const killCount = 8;
const opened: TestDatabase[] = [];
let kafka: KafkaServer | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
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

interface Sink {
  readonly ended: Promise<{ code: number | null; errors: string }>;
  kill(): void;
}

/** The command that a person would start, as a process of its own. */
function startSink(database: TestDatabase): Sink {
  const child = spawn(process.execPath, ['cli/main.ts', 'land', '--until-empty', '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, KAFKA_BROKERS: kafka?.brokers.join(',') },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, errors }))),
    kill: () => child.kill('SIGKILL'),
  };
}

async function landed(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ landed: string | null }>(
    'select sum(offset_no + 1) as landed from raw.landed_offset',
  );
  return Number(rows[0]?.landed ?? 0);
}

/** Every object with the hashes of its versions in order: what must be equal however often a sink was killed. */
async function state(database: TestDatabase): Promise<unknown> {
  const { rows } = await database.pool.query(
    `select source_key, array_agg(encode(payload_hash, 'hex') order by version_id) as hashes
     from raw.object group by source_key order by source_key`,
  );
  return rows;
}

async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  opened.push(database);
  return database;
}

it.skipIf(missing !== undefined)('a sink that is killed again and again ends like an undisturbed one', async () => {
  const undisturbed = await openDatabase();
  const whole = await startSink(undisturbed).ended;
  expect(whole, whole.errors).toMatchObject({ code: 0 });
  expect(await landed(undisturbed)).toBe(recordCount);

  const database = await openDatabase();
  // Seeded: how long after the first landed batch the sink is killed.
  let seed = 20_261_124;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  let reached = 0;
  let kills = 0;
  while (kills < killCount) {
    const sink = startSink(database);
    // Progress comes a batch at a time: a kill soon after one batch is before, in or after the next.
    while ((await landed(database)) === reached) await pause(2);
    await pause(Math.floor(random() * 40));
    sink.kill();
    await sink.ended;
    reached = await landed(database);
    if (reached === recordCount) break;
    kills++;
  }
  expect(kills, 'kills before the end').toBeGreaterThanOrEqual(5);
  const last = await startSink(database).ended;
  expect(last, last.errors).toMatchObject({ code: 0 });
  expect(await state(database)).toEqual(await state(undisturbed));
});
