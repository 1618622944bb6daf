import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openInlineBroker } from '../extract/landing/inline-broker.ts';
import { landTopics } from '../extract/landing/land-topics.ts';
import { openBlobStore } from '../platform/blob-store.ts';
import { openDatabase } from '../platform/database.ts';
import { openProgress } from '../platform/progress.ts';
import { ingestFilesIn, readEnvelopes } from './ingest-files.ts';

/*
 * One contender of the benchmark of landing in a process of its own, so that its CPU and its peak memory are its own, and so
 * that it can be given a limit of memory. Prints seconds, CPU seconds and peak memory as JSON.
 */
const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    database: { type: 'string', default: '' },
    files: { type: 'string', default: '' },
    brokers: { type: 'string', default: '' },
  },
});
const files = ingestFilesIn(values.files);

/** Records that extraction publishes at once, and how many such calls wait at a time. */
const publishBatch = 200;
const publishersAtOnce = 8;

async function copyFile(pool: pg.Pool, file: string, statement: string): Promise<void> {
  const client = await pool.connect();
  try {
    await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), client.query(copyFrom(statement)));
  } finally {
    client.release();
  }
}

const allColumns = `(version_id, source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, landed_at, run_id,
  chunk_id, channel, broker, topic, partition_id, generation, offset_no, repairs)`;

const contenders: Readonly<Record<string, (pool: pg.Pool) => Promise<void>>> = {
  'copy-text': (pool) => copyFile(pool, files.text, `copy bare ${allColumns} from stdin`),
  'copy-text-keyed': (pool) => copyFile(pool, files.text, `copy raw.object ${allColumns} from stdin`),
  async 'copy-binary-2'(pool) {
    await Promise.all(
      files.binary.map((file) => copyFile(pool, file, `copy bare ${allColumns} from stdin (format binary)`)),
    );
  },
  async inline(pool) {
    const broker = openInlineBroker(pool);
    await broker.ensureTopics(['Ticket']);
    const batches = readEnvelopes(files, publishBatch);
    const publisher = async () => {
      for (let next = await batches.next(); next.done !== true; next = await batches.next())
        await broker.publish(next.value);
    };
    await Promise.all(Array.from({ length: publishersAtOnce }, publisher));
    await broker.close();
  },
  async kafka(pool) {
    const { signal } = new AbortController();
    // Nothing is too large for the topic.
    const blobs = await openBlobStore(join(tmpdir(), 'blobs-of-bench'));
    const place = { brokers: values.brokers.split(','), pool, blobs, progress: openProgress('silent') };
    await landTopics({ ...place, signal, isReplay: false, untilEmpty: true });
  },
};

const run = contenders[values.contender];
if (run === undefined) throw new Error(`There is no contender "${values.contender}".`);
const database = openDatabase(values.database, { max: 8 });
try {
  await database.pool.query('select 1');
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await run(database.pool);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ seconds, cpu: (user + system) / 1e6, peakMb }));
} finally {
  await database.close();
}
