import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canonicalPayload, type Envelope } from '../../extract/envelope.ts';
import { landTopics } from '../../extract/landing/land-topics.ts';
import type { Broker } from '../../extract/topics/broker.ts';
import { kafkaClient } from '../../extract/topics/kafka-client.ts';
import { openBroker } from '../../extract/topics/open-broker.ts';
import { type KafkaServer, missingForKafka, startKafkaServer } from '../../platform/kafka-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const named = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
const missing = named.length > 0 ? undefined : await missingForKafka();
if (missing !== undefined && process.env.CI === 'true')
  throw new Error(`Kafka cannot be tested: ${missing} is missing.`);
if (missing !== undefined) process.stderr.write(`Kafka is not tested here: ${missing} is missing.\n`);

let server: KafkaServer | undefined;
let database: TestDatabase;

beforeAll(async () => {
  if (missing === undefined && named.length === 0) server = await startKafkaServer();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const brokersOf = (kind: string): readonly string[] => (kind === 'inline' ? [] : (server?.brokers ?? named));

/** A broker whose topics nobody used before. */
async function freshBroker(kind: string): Promise<Broker> {
  if (kind === 'kafka') await deleteTopics();
  const broker = await openBroker(brokersOf(kind), database.pool);
  await broker.ensureTopics(['Organization']);
  return broker;
}

async function deleteTopics(): Promise<void> {
  const admin = kafkaClient(brokersOf('kafka')).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith('itop.'));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  while ((await admin.listTopics()).some((topic) => topic.startsWith('itop.'))) {
    // The broker answers before the topics are gone.
  }
  await admin.disconnect();
}

function organization(id: number, name: string, second = 0): Envelope {
  return {
    schemaVersion: 1,
    rootClass: 'Organization',
    finalClass: 'Organization',
    id: String(id),
    op: 'upsert',
    channel: 'rest',
    runId: '1',
    chunkId: '1',
    observedAt: new Date(Date.UTC(2024, 0, 1, 0, 0, second)),
    payload: canonicalPayload({ name, code: `C${id}` }),
  };
}

async function versions(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ version: string }>(
    `select source_key || ' ' || (payload ->> 'name') as version from raw.object order by source_id, version_id`,
  );
  return rows.map((row) => row.version);
}

describe.each(missing === undefined ? ['inline', 'kafka'] : ['inline'])('broker %s', (kind) => {
  test('what is published is landed, in the order of its key, unchanged records once', async () => {
    const broker = await freshBroker(kind);
    await broker.publish([organization(1, 'A', 1), organization(2, 'B', 1)]);
    await broker.publish([organization(1, 'A', 2), organization(1, 'C', 3)]);
    await broker.publish([organization(1, 'A', 4)]);
    await broker.landed();
    await broker.close();
    expect(await versions()).toEqual([
      'Organization::1 A',
      'Organization::1 C',
      'Organization::1 A',
      'Organization::2 B',
    ]);
  });

  test('another process goes on where the first one ended', async () => {
    const first = await freshBroker(kind);
    await first.publish([organization(1, 'A', 1)]);
    await first.landed();
    await first.close();
    const second = await openBroker(brokersOf(kind), database.pool);
    await second.ensureTopics(['Organization']);
    await second.publish([organization(1, 'B', 2)]);
    await second.landed();
    await second.close();
    expect(await versions()).toEqual(['Organization::1 A', 'Organization::1 B']);
    const { rows } = await database.pool.query('select max(offset_no)::integer as last from raw.landed_offset');
    expect(rows).toEqual([{ last: 1 }]);
  });

  test('a record that cannot be stored is a dead letter and stops nothing', async () => {
    const broker = await freshBroker(kind);
    await broker.publish([{ ...organization(1, 'A'), payload: Buffer.from('[]') }, organization(2, 'B')]);
    await broker.landed();
    await broker.close();
    expect(await versions()).toEqual(['Organization::2 B']);
    const { rows } = await database.pool.query('select reason_code from raw.dead_letter');
    expect(rows).toEqual([{ reason_code: 'not_json' }]);
  });

  test('many records of several megabytes arrive whole', async () => {
    const broker = await freshBroker(kind);
    const names = Array.from({ length: 300 }, (_, id) => `${id} ${'long '.repeat(6_000)}`);
    await broker.publish(names.map((name, id) => organization(id + 1, name)));
    await broker.landed();
    await broker.close();
    expect(await versions()).toEqual(names.map((name, id) => `Organization::${id + 1} ${name}`));
  });
});

const signal = new AbortController().signal;

describe.skipIf(missing !== undefined)('topics in Kafka', () => {
  const land = (options: { readonly isReplay?: boolean; readonly recreated?: string } = {}) =>
    landTopics({
      brokers: brokersOf('kafka'),
      pool: database.pool,
      signal,
      isReplay: false,
      untilEmpty: true,
      ...options,
    });

  async function publishAndLand(...envelopes: readonly Envelope[]): Promise<void> {
    const broker = await freshBroker('kafka');
    await broker.publish(envelopes);
    await broker.landed();
    await broker.close();
  }

  test('a replay from the first record leaves raw as it is', async () => {
    await publishAndLand(organization(1, 'A', 1), organization(2, 'B', 1), organization(1, 'C', 2));
    const before = await database.pool.query('select * from raw.object order by version_id');
    const outcome = await land({ isReplay: true });
    expect(outcome).toMatchObject({ landed: 0, repeated: 3 });
    expect((await database.pool.query('select * from raw.object order by version_id')).rows).toEqual(before.rows);
  });

  test('a topic that was made anew is refused, and landed when a person says so', async () => {
    await publishAndLand(organization(1, 'A', 1));
    const broker = await freshBroker('kafka');
    await broker.publish([organization(1, 'B', 2), organization(1, 'C', 3)]);
    await expect(broker.landed()).rejects.toThrow('deleted and made anew');
    await broker.close();
    expect(await versions()).toEqual(['Organization::1 A']);
    await land({ recreated: 'itop.Organization' });
    expect(await versions()).toEqual(['Organization::1 A', 'Organization::1 B', 'Organization::1 C']);
  });

  test('a topic that would drop records is refused', async () => {
    await deleteTopics();
    const admin = kafkaClient(brokersOf('kafka')).admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: 'itop.Organization', configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }],
    });
    await admin.disconnect();
    const broker = await openBroker(brokersOf('kafka'), database.pool);
    await expect(broker.ensureTopics(['Organization'])).rejects.toThrow('cleanup.policy is compact');
    await broker.close();
  });
});
