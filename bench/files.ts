import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readClassKnowledge } from '../extract/catalog/class-knowledge.ts';
import { openInlineBroker } from '../extract/landing/inline-broker.ts';
import { runExports } from '../extract/run-exports.ts';
import { listExports } from '../extract/sources/exports/describe.ts';
import { openExport } from '../extract/sources/exports/file-objects.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { openProgress } from '../platform/progress.ts';
import { openRun } from '../platform/run-record.ts';
import { printFigure } from './print-figure.ts';

/**
 * Benchmark of file channels: `npm run bench files -- 100000`. Tickets of about 3 kB with four log entries as CSV and as XML, as
 * iTop exports them, into raw with whole version semantics, beside a bare COPY of the same CSV into a table of texts. `reading` is
 * the file alone: decoded, parsed, logs split, values brought into REST's form. Bounded memory shows in
 * `NODE_OPTIONS=--max-old-space-size=128 npm run bench files`.
 */
const recordCount = Number(process.argv[3] ?? '10000');

const words =
  'printer network invoice login mail server please restart again error screen office since monday thanks'.split(' ');

const attributes = ['ref', 'title', 'description', 'status', 'start_date', 'caller_id', 'tto', 'public_log'] as const;

type Ticket = Readonly<Record<(typeof attributes)[number], string>>;

/** A ticket whose text compresses as prose does, the same for the same number. */
function ticket(n: number): Ticket {
  let seed = n + 1;
  const word = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return `${words[seed % words.length]}${seed % 97}`;
  };
  const prose = (count: number) => Array.from({ length: count }, word).join(' ');
  const log = [4, 3, 2, 1].map(
    (day) =>
      `\n========== 2024-01-0${day} 10:00:00 : Ada "A" Berger (7) ============\n\n<p>${prose(25)}</p><p>${prose(25)}</p>`,
  );
  return {
    ref: `R-${n}`,
    title: prose(6),
    description: `<p class="text">${prose(60)}</p>`,
    status: 'assigned',
    start_date: '2024-01-01 09:00:00',
    caller_id: String(n % 1_000),
    tto: '3600',
    public_log: log.join(''),
  };
}

function* csvPieces(): Generator<string> {
  yield `"id",${attributes.map((name) => `"${name}"`).join(',')}\n`;
  for (let n = 1; n <= recordCount; n++) {
    const one = ticket(n);
    yield `${n},${attributes.map((name) => `"${one[name].replaceAll('"', '""')}"`).join(',')}\n`;
  }
}

function* xmlPieces(): Generator<string> {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<Set>\n';
  for (let n = 1; n <= recordCount; n++) {
    const one = ticket(n);
    const fields = attributes.map((name) => `<${name}>${escaped(one[name])}</${name}>\n`).join('');
    yield `<UserRequest alias="UserRequest" id="${n}">\n${fields}</UserRequest>\n`;
  }
  yield '</Set>\n';
}

/** The limit: the server reads the same bytes, without keys, versions or logs. */
async function bareCopy(pool: pg.Pool, file: string): Promise<void> {
  await pool.query(
    `drop table if exists bare; create table bare (id text, ${attributes.map((name) => `${name} text`).join(', ')})`,
  );
  const client = await pool.connect();
  try {
    await pipeline(createReadStream(file), client.query(copyFrom('copy bare from stdin (format csv, header)')));
  } finally {
    client.release();
  }
}

async function readOnly(pool: pg.Pool, path: string): Promise<void> {
  const [file] = await listExports([path]);
  if (file === undefined) throw new Error(`no file ${path}`);
  const knowledgeOf = (name: string) => readClassKnowledge(pool, name);
  const { batches } = await openExport({ file, className: 'UserRequest', knowledgeOf });
  let bytes = 0;
  for await (const batch of batches) for (const { fields } of batch.objects) bytes += JSON.stringify(fields).length;
  if (bytes === 0) throw new Error('nothing was read');
}

async function land(pool: pg.Pool, path: string): Promise<void> {
  await pool.query(
    'truncate raw.object, raw.head, raw.landed_offset, ops.changed_object, ops.chunk, ops.class_channel; checkpoint',
  );
  const broker = openInlineBroker(pool);
  const run = await openRun(pool, { command: 'extract exports', fingerprint: { path } });
  const exports = await listExports([path]);
  const outcome = await runExports({ pool, broker, run, progress: openProgress('silent'), exports });
  await run.finish({});
  await broker.close();
  const { rows } = await pool.query<{ count: number }>('select count(*)::integer as count from raw.object');
  if (rows[0]?.count !== recordCount || !outcome.isComplete)
    throw new Error(`landed ${rows[0]?.count} of ${recordCount}`);
}

/** Seconds on the clock, and of this process's own computing: the machine may be shared. */
async function timed(work: () => Promise<void>): Promise<{ seconds: number; cpuSeconds: number }> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - startedAt) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-files-'));
const exports = await mkdtemp(join(cacheDirectory(), 'bench-exports-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 8 });
const { pool } = database;
try {
  await migrate(pool);
  const csv = join(exports, 'UserRequest.csv');
  const xml = join(exports, 'UserRequest.xml');
  await pipeline(csvPieces(), createWriteStream(csv));
  await pipeline(xmlPieces(), createWriteStream(xml));
  const contenders: readonly (readonly [string, string, () => Promise<void>])[] = [
    ['bare COPY of the CSV', csv, () => bareCopy(pool, csv)],
    ['CSV, reading', csv, () => readOnly(pool, csv)],
    ['CSV into raw', csv, () => land(pool, csv)],
    ['XML, reading', xml, () => readOnly(pool, xml)],
    ['XML into raw', xml, () => land(pool, xml)],
  ];
  const size = (await stat(csv)).size;
  process.stdout.write(`${recordCount} tickets, ${Math.round(size / recordCount)} bytes each as CSV\n`);
  let limit: number | undefined;
  for (const [name, file, work] of contenders) {
    const { seconds, cpuSeconds } = await timed(work);
    limit ??= seconds;
    const megabytes = (await stat(file)).size / 1e6;
    printFigure(
      `${name.padEnd(22)} ${seconds.toFixed(2).padStart(7)} s  ${Math.round(recordCount / seconds)} records/s, ${(megabytes / seconds).toFixed(1)} MB/s  ratio ${(limit / seconds).toFixed(2)}, own CPU ${cpuSeconds.toFixed(2)} s`,
    );
  }
  process.stdout.write(`peak memory of this process ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
} finally {
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
  await rm(exports, { recursive: true, force: true });
}
