import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBroker } from '../../extract/landing/open-broker.ts';
import { runExtract } from '../../extract/run-extract.ts';
import { openBlobStore } from '../../platform/blob-store.ts';
import { databaseAway, openDatabase } from '../../platform/database.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import type { ItopSettings } from '../../platform/settings.ts';

/** An extraction as a process of its own, to be killed by a test: takes one JSON argument, ends with code 1 when it threw. */
export interface ExtractProcessOptions {
  readonly databaseUrl: string;
  readonly settings: ItopSettings;
  /** All unless given. */
  readonly classes?: readonly string[];
  /** Kafka's addresses; inline when absent. */
  readonly brokers?: readonly string[];
  readonly leaseMs?: number;
}

const options = JSON.parse(process.argv[2] ?? '') as ExtractProcessOptions;
const database = openDatabase(options.databaseUrl);
// Nothing here is too large for a topic.
const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
const blobs = await openBlobStore(directory);
const broker = await openBroker(options.brokers ?? [], database.pool, blobs);
const run = await openRun(database.pool, {
  command: 'extract',
  fingerprint: {},
  ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
});
try {
  const outcome = await runExtract({
    settings: options.settings,
    ...(options.classes === undefined ? {} : { classes: options.classes }),
    pool: database.pool,
    broker,
    run,
    progress: openProgress('silent'),
  });
  await run.finish({ ...outcome });
} catch (error) {
  await run.leave();
  const said = databaseAway(error) ?? error;
  process.stderr.write(`${(said as Error).stack ?? String(said)}\n`);
  process.exitCode = 1;
} finally {
  await broker.close();
  await database.close();
  await rm(directory, { recursive: true });
}
