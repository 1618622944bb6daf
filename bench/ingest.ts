import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import kafkajs from 'kafkajs';
import type pg from 'pg';
import { topicOf } from '../extract/topics/broker.ts';
import { messageOf } from '../extract/topics/kafka-message.ts';
import { ensureKafkaTopics } from '../extract/topics/kafka-topics.ts';
import { kafkaClient } from '../extract/topics/kafkajs-workarounds.ts';
import { recordOfEnvelope } from '../extract/topics/record-of-envelope.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { type KafkaServer, missingForKafka, startKafkaServer } from '../platform/kafka-server.ts';
import { migrate } from '../platform/migrate.ts';
import { ingestFilesIn, readEnvelopes, writeIngestFiles } from './ingest-files.ts';
import { printFigure } from './print-figure.ts';
import { cpuSecondsOf } from './process-cpu.ts';

/*
 * Benchmark of landing: `npm run bench ingest -- 100000`. Lands generated tickets of about 3 kB with whole version semantics, over
 * the inline broker and from a filled Kafka topic (where Java and Maven are), beside COPY of the same rows into the same columns
 * and storage: as text on one connection, the same into raw.object with its keys, and binary on two connections. Contenders take
 * turns in each round, each in a process of its own under `--max-old-space-size`; everything shares the machine's cores. Medians
 * of the rounds are printed, and ratios to one connection's COPY text of the same round.
 */
const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    storage: { type: 'string', default: 'default,plain' },
    only: { type: 'string', default: '' },
    heap: { type: 'string', default: '128' },
    profile: { type: 'string', default: '' },
  },
});
const recordCount = Number(positionals[0] ?? '10000');

/** Columns' storage: as Postgres has it, or with values of up to a page kept in the row without compression. */
const storages: Readonly<Record<string, string>> = {
  default: 'reset (toast_tuple_target)',
  plain: 'set (toast_tuple_target = 8160)',
};

interface Measured {
  readonly seconds: number;
  readonly ratio: number;
  readonly client: number;
  readonly postgres: number;
  readonly broker: number;
  readonly peakMb: number;
  readonly tableMb: number;
}

async function fillTopic(brokers: readonly string[], directory: string): Promise<void> {
  const client = kafkaClient(brokers);
  const admin = client.admin();
  await admin.connect();
  await ensureKafkaTopics(admin, [topicOf('Ticket')]);
  await admin.disconnect();
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  for await (const batch of readEnvelopes(ingestFilesIn(directory), 400)) {
    const messages = batch.map((envelope) => messageOf(recordOfEnvelope(envelope)));
    await producer.send({ topic: topicOf('Ticket'), messages, compression: kafkajs.CompressionTypes.ZSTD });
  }
  await producer.disconnect();
}

async function emptyTables(pool: pg.Pool, storage: string): Promise<void> {
  await pool.query('truncate raw.object, raw.head, raw.landed_offset, ops.changed_object');
  await pool.query('drop table if exists bare; create table bare (like raw.object)');
  for (const table of ['bare', 'raw.ticket']) await pool.query(`alter table ${table} ${storages[storage]}`);
  await pool.query('checkpoint');
}

/** Runs one contender in a process of its own. */
async function measure(name: string, url: string, directory: string, kafka: KafkaServer | undefined) {
  const script = join(import.meta.dirname, 'ingest-contender.ts');
  const flags = [`--max-old-space-size=${values.heap}`];
  if (values.profile !== '') flags.push('--cpu-prof', `--cpu-prof-dir=${values.profile}`);
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    script,
    ...['--contender', name, '--database', url, '--files', directory, '--brokers', kafka?.brokers.join(',') ?? ''],
  ]);
  return JSON.parse(stdout) as { seconds: number; cpu: number; peakMb: number };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-ingest-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 2 });
const { pool } = database;
const missing = await missingForKafka();
const kafka = missing === undefined ? await startKafkaServer() : undefined;
try {
  await migrate(pool);
  const bytes = await writeIngestFiles(ingestFilesIn(directory), recordCount);
  if (kafka !== undefined) await fillTopic(kafka.brokers, directory);
  else process.stdout.write(`Kafka is left out: ${missing} is missing.\n`);
  const postmaster = Number((await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const names = ['copy-text', 'copy-text-keyed', 'copy-binary-2', 'inline', ...(kafka === undefined ? [] : ['kafka'])];
  const chosen = values.only === '' ? names : names.filter((name) => values.only.split(',').includes(name));
  process.stdout.write(
    `${recordCount} records of ${(bytes / recordCount).toFixed(0)} bytes; medians of ${values.rounds} rounds; heap limit ${values.heap} MB\n`,
  );
  for (const storage of values.storage.split(',')) {
    const measured = new Map<string, Measured[]>(chosen.map((name) => [name, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      let limit = Number.NaN;
      for (const name of chosen) {
        await emptyTables(pool, storage);
        const postgresBefore = (await cpuSecondsOf(postmaster)) ?? Number.NaN;
        const brokerBefore = kafka === undefined ? 0 : ((await cpuSecondsOf(kafka.pid)) ?? Number.NaN);
        const { seconds, cpu, peakMb } = await measure(name, server.url, directory, kafka);
        const postgres = ((await cpuSecondsOf(postmaster)) ?? Number.NaN) - postgresBefore;
        const broker = kafka === undefined ? 0 : ((await cpuSecondsOf(kafka.pid)) ?? Number.NaN) - brokerBefore;
        if (name === 'copy-text') limit = seconds;
        const size = await pool.query<{ mb: number; count: string }>(
          `select sum(pg_table_size(t)) / 1e6 as mb, (select count(*) from raw.object) + (select count(*) from bare) as count
           from unnest(array['bare', 'raw.ticket']::regclass[]) as t`,
        );
        if (Number(size.rows[0]?.count) !== recordCount) throw new Error(`${name} landed ${size.rows[0]?.count} rows.`);
        const tableMb = Number(size.rows[0]?.mb);
        measured.get(name)?.push({ seconds, ratio: limit / seconds, client: cpu, postgres, broker, peakMb, tableMb });
      }
    }
    process.stdout.write(
      `\n${`storage ${storage}`.padEnd(16)}  seconds  records/s   MB/s  ratio   CPU client / Postgres / broker   peak MB  table MB\n`,
    );
    for (const [name, runs] of measured) {
      const of = (key: keyof Measured) => median(runs.map((run) => run[key]));
      const cells = [
        of('seconds').toFixed(2).padStart(8),
        Math.round(recordCount / of('seconds'))
          .toString()
          .padStart(9),
        (bytes / of('seconds') / 1e6).toFixed(1).padStart(7),
        of('ratio').toFixed(2).padStart(6),
        `${of('client').toFixed(1).padStart(10)} / ${of('postgres').toFixed(1)} / ${of('broker').toFixed(1)}`.padEnd(
          32,
        ),
        of('peakMb').toFixed(0).padStart(8),
        of('tableMb').toFixed(0).padStart(9),
      ];
      printFigure(`${name.padEnd(16)} ${cells.join(' ')}`);
    }
  }
} finally {
  await kafka?.stop();
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
