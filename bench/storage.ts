import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { ingestFilesIn, writeIngestFiles } from './ingest-files.ts';
import { printFigure } from './print-figure.ts';
import { cpuSecondsOf } from './process-cpu.ts';

/*
 * Benchmark of how raw stores payloads: `npm run bench storage -- 20000`. Writes generated tickets under each storage and reads
 * them twice, as staging does (one pass over the payload) and by one field. CPU seconds of Postgres, medians of three rounds in
 * which the storages take turns; size with indexes left out.
 */
const recordCount = Number(process.argv[3] ?? '20000');
const rounds = 3;

const storages: Readonly<Record<string, readonly string[]>> = {
  'pglz (default)': [],
  'pglz, toast_tuple_target 8160': ['alter table stored set (toast_tuple_target = 8160)'],
  lz4: ['alter table stored alter column payload set compression lz4'],
  'lz4, toast_tuple_target 8160': [
    'alter table stored alter column payload set compression lz4',
    'alter table stored set (toast_tuple_target = 8160)',
  ],
  'no compression': ['alter table stored alter column payload set storage external'],
};

const columns = `version_id bigint, source_key text, root_class text, final_class text, source_id bigint, op text, payload jsonb,
  payload_hash bytea, observed_at timestamptz, landed_at timestamptz, run_id bigint, chunk_id bigint, channel text, broker text,
  topic text, partition_id integer, generation integer, offset_no bigint, repairs text[]`;

const reads: Readonly<Record<string, string>> = {
  staging: `select sum(length(f.description) + length(f.title) + jsonb_array_length(f.public_log -> 'entries'))
    from stored cross join lateral jsonb_to_record(payload) as f (ref text, title text, status text, org_id text, caller_id text,
      description text, solution text, start_date text, last_update text, public_log jsonb, private_log jsonb)`,
  field: `select count(distinct payload ->> 'status') from stored`,
};

async function write(pool: pg.Pool, file: string): Promise<void> {
  const client = await pool.connect();
  try {
    await pipeline(createReadStream(file), client.query(copyFrom('copy stored from stdin')));
  } finally {
    client.release();
  }
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-storage-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 1 });
const { pool } = database;
try {
  const files = ingestFilesIn(directory);
  const bytes = await writeIngestFiles(files, recordCount);
  const postmaster = Number((await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = (await cpuSecondsOf(postmaster)) ?? Number.NaN;
    await work();
    return ((await cpuSecondsOf(postmaster)) ?? Number.NaN) - before;
  };
  const { rows: known } = await pool.query<{ methods: string[] }>(
    `select enumvals as methods from pg_settings where name = 'default_toast_compression'`,
  );
  const hasLz4 = known[0]?.methods.includes('lz4') === true;
  if (!hasLz4) process.stdout.write('This Postgres is built without lz4.\n');
  const possible = Object.entries(storages).filter(([name]) => hasLz4 || !name.startsWith('lz4'));
  const measured = new Map<string, { mb: number; figures: number[][] }>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, statements] of possible) {
      await pool.query(
        `drop table if exists stored; create table stored (${columns}, primary key (root_class, version_id))`,
      );
      for (const statement of statements) await pool.query(statement);
      const figures = [await cpuOf(() => write(pool, files.text))];
      await pool.query('vacuum analyze stored');
      for (const read of Object.values(reads)) {
        await pool.query(read);
        figures.push(await cpuOf(() => pool.query(read)));
      }
      const { rows } = await pool.query<{ mb: number }>(`select pg_table_size('stored') / 1e6::float8 as mb`);
      const former = measured.get(name)?.figures ?? [];
      measured.set(name, { mb: rows[0]?.mb ?? Number.NaN, figures: [...former, figures] });
    }
  }
  process.stdout.write(
    `${recordCount} tickets of ${(bytes / recordCount).toFixed(0)} bytes; CPU seconds of Postgres\n`,
  );
  process.stdout.write(`${'storage'.padEnd(32)}      MB   write  ${Object.keys(reads).join('  ')}\n`);
  for (const [name, { mb, figures }] of measured) {
    const medians = [0, ...Object.keys(reads).map((_, index) => index + 1)].map(
      (column) => figures.map((row) => row[column] ?? Number.NaN).toSorted((a, b) => a - b)[Math.floor(rounds / 2)],
    );
    printFigure(
      `${name.padEnd(32)} ${mb.toFixed(1).padStart(7)} ${medians.map((value) => value?.toFixed(2).padStart(7)).join(' ')}`,
    );
  }
} finally {
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
