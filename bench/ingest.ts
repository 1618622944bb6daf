import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { canonicalPayload, type Envelope } from '../extract/envelope.ts';
import { landTopics } from '../extract/landing/land-topics.ts';
import { recordOfEnvelope } from '../extract/landing/record-of-envelope.ts';
import { topicOf } from '../extract/topics/broker.ts';
import { openInlineBroker } from '../extract/topics/inline-broker.ts';
import { kafkaClient } from '../extract/topics/kafka-client.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { missingForKafka, startKafkaServer } from '../platform/kafka-server.ts';
import { migrate } from '../platform/migrate.ts';

/**
 * Benchmark of landing: `npm run bench ingest -- 100000`. Lands tickets of about 3 kB with whole version semantics, over the
 * inline broker and from a filled Kafka topic (where Java and Maven are), beside one connection's COPY text of the same
 * payloads into the same columns in the same run. Everything shares the machine's cores.
 */
const recordCount = Number(process.argv[3] ?? '10000');
const publishBatch = 200;
const publishersAtOnce = 4;
const rounds = 3;

const words =
  'printer network invoice login mail server please restart again error screen office since monday thanks'.split(' ');

/** A ticket of about 3 kB whose text compresses as prose does, the same for the same number. */
function ticket(n: number): Envelope {
  let seed = n + 1;
  const word = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return `${words[seed % words.length]}${seed % 97}`;
  };
  const prose = (count: number) => Array.from({ length: count }, word).join(' ');
  const entries = Array.from({ length: 4 }, (_, index) => {
    const message = prose(25);
    return {
      date: `2024-01-0${index + 1} 10:00:00`,
      user_id: '7',
      user_login: 'Ada Berger',
      message,
      message_html: `<p>${message}</p>`,
    };
  });
  return {
    schemaVersion: 1,
    rootClass: 'Ticket',
    finalClass: 'UserRequest',
    id: String(n),
    op: 'upsert',
    channel: 'rest',
    runId: '1',
    chunkId: '1',
    observedAt: new Date('2026-01-01T00:00:00Z'),
    payload: canonicalPayload({
      ref: `R-${n}`,
      title: prose(6),
      description: `<p>${prose(60)}</p>`,
      public_log: { entries },
    }),
  };
}

function* tickets(): Generator<Envelope[]> {
  for (let first = 1; first <= recordCount; first += publishBatch) {
    yield Array.from({ length: Math.min(publishBatch, recordCount - first + 1) }, (_, index) => ticket(first + index));
  }
}

/** The limit: one COPY in text form of the same columns, without versions, fence or keys. */
async function bareCopy(pool: pg.Pool): Promise<void> {
  await pool.query('drop table if exists bare; create table bare (like raw.object)');
  const client = await pool.connect();
  try {
    const sink = client.query(copyFrom('copy bare from stdin'));
    await pipeline(Readable.from(copyLines(), { objectMode: true }), sink);
  } finally {
    client.release();
  }
}

function* copyLines(): Generator<Buffer> {
  for (const batch of tickets()) {
    const lines = batch.map((envelope) => {
      const payload = envelope.payload.toString('utf8').replaceAll('\\', '\\\\');
      const key = `Ticket::${envelope.id}`;
      const at = envelope.observedAt.toISOString();
      const columns = [
        envelope.id,
        key,
        'Ticket',
        'UserRequest',
        envelope.id,
        'upsert',
        payload,
        '\\\\x00',
        at,
        at,
        '1',
        '1',
        'rest',
      ];
      return `${[...columns, 'inline', topicOf('Ticket'), '0', '0', envelope.id, '{}'].join('\t')}\n`;
    });
    yield Buffer.from(lines.join(''));
  }
}

async function landInline(pool: pg.Pool): Promise<void> {
  const broker = openInlineBroker(pool);
  await broker.ensureTopics(['Ticket']);
  const batches = tickets();
  await Promise.all(
    Array.from({ length: publishersAtOnce }, async () => {
      for (const batch of batches) await broker.publish(batch);
    }),
  );
  await broker.close();
}

async function fillTopic(brokers: readonly string[]): Promise<void> {
  const client = kafkaClient(brokers);
  const admin = client.admin();
  await admin.connect();
  // The records are older than Kafka keeps them by default.
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  await admin.createTopics({ topics: [{ topic: topicOf('Ticket'), numPartitions: 4, configEntries }] });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  for (const batch of tickets()) {
    const messages = batch.map(recordOfEnvelope).map(({ key, value, headers, time }) => ({
      ...{ key, value, headers },
      timestamp: String(time.getTime()),
    }));
    await producer.send({ topic: topicOf('Ticket'), messages });
  }
  await producer.disconnect();
}

async function emptyRaw(pool: pg.Pool): Promise<void> {
  await pool.query('truncate raw.object, raw.head, raw.landed_offset, ops.changed_object; checkpoint');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-ingest-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 8 });
const { pool } = database;
const missing = await missingForKafka();
const kafka = missing === undefined ? await startKafkaServer() : undefined;
try {
  await migrate(pool);
  if (kafka !== undefined) await fillTopic(kafka.brokers);
  else process.stdout.write(`Kafka is left out: ${missing} is missing.\n`);
  let bytes = 0;
  for (const batch of tickets()) for (const { payload } of batch) bytes += payload.length;
  const generating = await timed(async () => {
    for (const _ of tickets()) {
      // Only to know what making the records costs: it is in every contender's time but Kafka's.
    }
  });
  const contenders: Record<string, () => Promise<void>> = {
    'bare COPY text': () => bareCopy(pool),
    inline: () => landInline(pool),
    ...(kafka === undefined
      ? {}
      : {
          kafka: async () => {
            const { signal } = new AbortController();
            await landTopics({ brokers: kafka.brokers, pool, signal, isReplay: false, untilEmpty: true });
          },
        }),
  };
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      await emptyRaw(pool);
      const seconds = await timed(run);
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, seconds));
    }
  }
  const { rows } = await pool.query<{ size: string }>(
    `select pg_size_pretty(sum(pg_total_relation_size(inhrelid))) as size
     from pg_inherits where inhparent = 'raw.object'::regclass`,
  );
  const limit = best.get('bare COPY text') ?? Number.NaN;
  process.stdout.write(
    `${recordCount} records, ${(bytes / recordCount).toFixed(0)} bytes each; best of ${rounds} rounds; making them takes ${generating.toFixed(2)} s\n`,
  );
  for (const [name, seconds] of best) {
    const rate = `${Math.round(recordCount / seconds)} records/s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s`;
    process.stdout.write(
      `${name.padEnd(15)} ${seconds.toFixed(2).padStart(7)} s  ${rate}  ratio ${(limit / seconds).toFixed(2)}\n`,
    );
  }
  process.stdout.write(
    `raw.object ${rows[0]?.size ?? ''}; peak memory of this process ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`,
  );
} finally {
  await kafka?.stop();
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
