import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openKafkaSink } from '../../extract/landing/kafka-sink.ts';
import { landTopics } from '../../extract/landing/land-topics.ts';
import { openBroker } from '../../extract/landing/open-broker.ts';
import type { Broker } from '../../extract/topics/broker.ts';
import { canonicalPayload, type Envelope } from '../../extract/topics/envelope.ts';
import { endsOf, kafkaClient } from '../../extract/topics/kafkajs-workarounds.ts';
import { type BlobStore, openBlobStore } from '../../platform/blob-store.ts';
import { openProgress } from '../../platform/progress.ts';
import { purgeTopics } from '../../workflow/purge/purge-topics.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTestKafka, type TestKafka } from '../support/servers.ts';
import { until } from '../support/until.ts';

const hasKafka = inject('kafkaChoice').place !== 'nowhere';

let server: TestKafka | undefined;
let database: TestDatabase;
let blobs: BlobStore;
let blobDirectory: string;

beforeAll(async () => {
  if (hasKafka) server = await startTestKafka();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  database = await createTestDatabase();
  blobDirectory = await mkdtemp(join(tmpdir(), 'blobs-'));
  blobs = await openBlobStore(blobDirectory);
});
afterEach(async () => {
  await database.drop();
  await rm(blobDirectory, { recursive: true });
});

const brokersOf = (kind: string): readonly string[] => (kind === 'inline' ? [] : (server?.brokers ?? []));

/** A broker whose topics nobody used before. */
async function freshBroker(kind: string): Promise<Broker> {
  if (kind === 'kafka') await deleteTopics();
  const broker = await openBroker(brokersOf(kind), database.pool, blobs);
  await broker.ensureTopics(['Organization']);
  return broker;
}

async function deleteTopics(): Promise<void> {
  const admin = kafkaClient(brokersOf('kafka')).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith('itop.'));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  // The broker answers before the topics are gone.
  await until(
    'the topics are gone',
    async () => !(await admin.listTopics()).some((topic) => topic.startsWith('itop.')),
  );
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

describe.each(hasKafka ? ['inline', 'kafka'] : ['inline'])('broker %s', (kind) => {
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
    const second = await openBroker(brokersOf(kind), database.pool, blobs);
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

/** Records that nobody lands: sent by the broker of an extraction whose own sink looks at another database. */
async function publishOnly(envelopes: readonly Envelope[], { afresh = false } = {}): Promise<void> {
  if (afresh) await deleteTopics();
  const broker = await openBroker(brokersOf('kafka'), await otherPool(), blobs);
  await broker.ensureTopics(['Organization']);
  await broker.publish(envelopes);
  await broker.close();
}

const others: TestDatabase[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.drop();
});

async function otherPool(): Promise<TestDatabase['pool']> {
  const other = await createTestDatabase();
  others.push(other);
  return other.pool;
}

/** A sink that waits for records of topics that nobody used before. */
async function watchedSink(): Promise<{
  readonly ended: Promise<unknown>;
  until(expected: readonly string[]): Promise<void>;
}> {
  await freshBroker('kafka').then((broker) => broker.close());
  const ended = landTopics({
    ...{ brokers: brokersOf('kafka'), pool: database.pool, blobs, progress: openProgress('silent') },
    ...{ signal, isReplay: false, untilEmpty: false },
  });
  // Looked at by the test at its end; until then it must not count as unhandled.
  ended.catch(() => undefined);
  return {
    ended,
    async until(expected) {
      const areThere = async () => (await versions()).join() === expected.join();
      await Promise.race([until(`${expected.join()} is landed`, areThere), ended]);
    },
  };
}

/** A client whose first consumer takes records and never comes back, as kafkajs is known to do. */
function stallingOnce(kafka: Kafka): { readonly kafka: Kafka; stalled(): boolean } {
  let consumers = 0;
  let hasStalled = false;
  const consumer: Kafka['consumer'] = (options) => {
    const real = kafka.consumer(options);
    if (consumers++ > 0) return real;
    return {
      ...real,
      run: (config) =>
        real.run({
          ...config,
          eachBatch: async () => {
            hasStalled = true;
            while (consumers < 2) await pause(50);
          },
        }),
    };
  };
  return { kafka: { ...kafka, admin: () => kafka.admin(), consumer } as Kafka, stalled: () => hasStalled };
}

describe.skipIf(!hasKafka)('topics in Kafka', () => {
  const land = (options: { readonly isReplay?: boolean; readonly recreated?: string } = {}) =>
    landTopics({
      brokers: brokersOf('kafka'),
      pool: database.pool,
      blobs,
      progress: openProgress('silent'),
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

  test('a topic that was recreated is refused, and landed when a person says so', async () => {
    await publishAndLand(organization(1, 'A', 1));
    const broker = await freshBroker('kafka');
    const publication = broker.publish([organization(1, 'B', 2), organization(1, 'C', 3)]);
    await expect(publication).rejects.toThrow('deleted and recreated');
    await broker.close();
    expect(await versions()).toEqual(['Organization::1 A']);
    await land({ recreated: 'itop.Organization' });
    expect(await versions()).toEqual(['Organization::1 A', 'Organization::1 B', 'Organization::1 C']);
  });

  test('a topic that was recreated with more records than the old one is refused while a sink runs, and none of them is landed', async () => {
    const watching = await watchedSink();
    await publishOnly([organization(1, 'A', 1)]);
    await watching.until(['Organization::1 A']);
    await publishOnly([organization(1, 'B', 2), organization(1, 'C', 3), organization(1, 'D', 4)], { afresh: true });
    await expect(watching.ended).rejects.toThrow('deleted and recreated');
    expect(await versions()).toEqual(['Organization::1 A']);
  });

  test('a topic that was recreated with as many records as the old one is refused while a sink runs', async () => {
    const watching = await watchedSink();
    await publishOnly([organization(1, 'A', 1), organization(1, 'B', 2)]);
    await watching.until(['Organization::1 A', 'Organization::1 B']);
    await publishOnly([organization(1, 'C', 3), organization(1, 'D', 4)], { afresh: true });
    await expect(watching.ended).rejects.toThrow('deleted and recreated');
  });

  test('an extraction that publishes to a topic that was recreated is refused', async () => {
    const broker = await freshBroker('kafka');
    await broker.publish([organization(1, 'A', 1)]);
    await broker.landed();
    await deleteTopics();
    const other = await openBroker(brokersOf('kafka'), await otherPool(), blobs);
    await other.ensureTopics(['Organization']);
    await expect(broker.publish([organization(1, 'B', 2)])).rejects.toThrow('deleted and recreated');
    await other.close();
    await broker.close();
  });

  test('a topic that is deleted while a sink runs ends the sink within seconds', async () => {
    const watching = await watchedSink();
    await publishOnly([organization(1, 'A', 1)]);
    await watching.until(['Organization::1 A']);
    const deletedAt = Date.now();
    await deleteTopics();
    await expect(watching.ended).rejects.toThrow('itop.Organization was deleted while it was landed');
    expect(Date.now() - deletedAt).toBeLessThan(90_000);
  });

  test('a topic of which nothing was landed cannot be called recreated', async () => {
    await publishAndLand(organization(1, 'A', 1));
    await expect(land({ recreated: 'itop.Organisation' })).rejects.toMatchObject({
      message: expect.stringContaining('itop.Organisation'),
      nextStep: expect.stringContaining('itop.Organization'),
    });
  });

  test('a sink whose consumer stops without an error gets another one', async () => {
    await publishAndLand(organization(1, 'A', 1));
    const { kafka, stalled } = stallingOnce(kafkaClient(brokersOf('kafka')));
    const admin = kafka.admin();
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    await admin.disconnect();
    await publishOnly([organization(1, 'B', 2)]);
    const sink = await openKafkaSink({
      ...{ kafka, brokerId: clusterId, pool: database.pool, blobs, stallMs: 1_500 },
      topics: (existing) => existing.filter((topic) => topic.startsWith('itop.')),
    });
    await until('the sink has landed all', async () => {
      sink.throwIfFailed();
      return sink.isDrained(await sink.lags());
    });
    await sink.close();
    expect(stalled()).toBe(true);
    expect(await versions()).toEqual(['Organization::1 A', 'Organization::1 B']);
  });

  test('a record above the limit of its topic goes through the blob store, also in a replay', async () => {
    const large = 'x'.repeat(4_500_000);
    await publishAndLand(organization(1, 'A', 1), organization(1, large, 2), organization(2, large, 2));
    expect(await versions()).toEqual(['Organization::1 A', `Organization::1 ${large}`, `Organization::2 ${large}`]);
    expect(await land({ isReplay: true })).toMatchObject({ landed: 0, repeated: 3 });
    expect((await versions()).length).toBe(3);
  });

  test('a record whose payload is not in the blob store is a dead letter with a next step', async () => {
    await freshBroker('kafka').then((broker) => broker.close());
    await publishOnly([organization(1, 'y'.repeat(4_500_000), 1), organization(2, 'B', 1)]);
    for (const name of await readdir(blobDirectory)) {
      if (name !== 'incoming') await rm(join(blobDirectory, name), { recursive: true });
    }
    await land();
    expect(await versions()).toEqual(['Organization::2 B']);
    const { rows } = await database.pool.query('select source_key, reason_code, next_step from raw.dead_letter');
    expect(rows).toEqual([
      {
        source_key: 'Organization::1',
        reason_code: 'payload_missing',
        next_step: expect.stringContaining('blobs.directory'),
      },
    ]);
  });

  test('a purge takes landed records out but for the last of a partition, records it, and landing goes on', async () => {
    await publishAndLand(organization(1, 'A', 1), organization(1, 'B', 2), organization(1, 'C', 3));
    const brokers = brokersOf('kafka');
    const signature = { purgedBy: 'Ann', reason: 'retention' };
    // As a transform leaves it. The records carry the time of their observation, years ago.
    await database.pool.query('delete from ops.changed_object');
    expect(await purgeTopics(database.pool, { brokers, keepDays: 10_000, signature })).toEqual([]);
    const purged = [{ kind: 'topics', what: 'itop.Organization', rows: 2, bytes: 0 }];
    expect(await purgeTopics(database.pool, { brokers, keepDays: 0 })).toEqual(purged);
    expect(await purgeTopics(database.pool, { brokers, keepDays: 0, signature })).toEqual(purged);
    const admin = kafkaClient(brokers).admin();
    await admin.connect();
    const left = (await endsOf(admin, 'itop.Organization')).map(({ low, high }) => Number(high) - Number(low));
    await admin.disconnect();
    expect(left.reduce((sum, count) => sum + count, 0)).toBe(1);
    const { rows } = await database.pool.query(
      `select kind, what, row_count::integer as rows, purged_by from ops.purge join ops.purged using (purge_id)`,
    );
    expect(rows).toEqual([{ kind: 'topics', what: 'itop.Organization', rows: 2, purged_by: 'Ann' }]);
    expect(await purgeTopics(database.pool, { brokers, keepDays: 0 })).toEqual([]);

    await publishOnly([organization(1, 'D', 4)]);
    expect(await land()).toMatchObject({ landed: 1 });
    expect(await versions()).toEqual(['A', 'B', 'C', 'D'].map((name) => `Organization::1 ${name}`));
  });

  test('a record of another program, with NUL in its key and no headers, is a dead letter and stops nothing', async () => {
    await publishOnly([organization(1, 'A')], { afresh: true });
    const producer = kafkaClient(brokersOf('kafka')).producer();
    await producer.connect();
    await producer.send({ topic: 'itop.Organization', messages: [{ key: 'x\0y', value: '{}', partition: 0 }] });
    await producer.disconnect();
    await land();
    expect(await versions()).toEqual(['Organization::1 A']);
    const { rows } = await database.pool.query('select source_key, reason_code from raw.dead_letter');
    expect(rows).toEqual([{ source_key: 'x\ufffdy', reason_code: 'missing_header' }]);
  });

  test('a connection that nobody disconnected does not keep a process from ending', async () => {
    const client = new URL('../../extract/topics/kafkajs-workarounds.ts', import.meta.url).href;
    const script = `
      import { endConnections, kafkaClient } from '${client}';
      const kafka = kafkaClient(${JSON.stringify(brokersOf('kafka'))});
      await kafka.admin().connect();
      endConnections(kafka);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    const hasEnded = await Promise.race([ended.then(() => true), pause(10_000, false)]);
    child.kill('SIGKILL');
    expect(hasEnded).toBe(true);
    expect(await ended).toEqual([0, null]);
  });

  test('a topic that would drop records is refused', async () => {
    await deleteTopics();
    const admin = kafkaClient(brokersOf('kafka')).admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: 'itop.Organization', configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }],
    });
    await endsOf(admin, 'itop.Organization');
    await admin.disconnect();
    const broker = await openBroker(brokersOf('kafka'), database.pool, blobs);
    await expect(broker.ensureTopics(['Organization'])).rejects.toThrow('cleanup.policy is compact');
    await broker.close();
  });
});
