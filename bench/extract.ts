import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { type Database, openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { type SimulatorProcess, startSimulator, stopSimulators } from '../rehearsal/simulator-process.ts';
import type { ExtractUsed, ExtractWorkerOptions } from './extract-worker.ts';
import { printFigure } from './print-figure.ts';

/**
 * Benchmarks of extraction, against the simulated iTop as a process of its own: `npm run bench extract -- 10000`. Behind the
 * number of tickets one or more of fresh, drain, unpaced, delta, reread; all of them unless given. Simulator, Postgres and extractor share
 * the machine's cores.
 */
const [, , , size = '10000', ...wanted] = process.argv;
const tickets = Number(size);
const password = 'bench-password';
/** Heap of the extractor, in megabytes: the aim is that it suffices whatever the size of iTop. */
const heapMegabytes = 128;
const tenth = (n: number) => Math.round(n * 10) / 10;

interface Site {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly itop: SimulatorProcess;
}

const benchmarks: Readonly<Record<string, () => Promise<object>>> = { fresh, drain, unpaced, delta, reread };

for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  printFigure(`${name}: ${JSON.stringify(await benchmark())}`);
}

/**
 * Every class from an iTop as slow as the observed one into an empty database, whose tables nobody has analysed: what a plan that was
 * made for empty tables, or a call for each small class, costs. Beside a bare download of the same windows of all classes.
 */
function fresh(): Promise<object> {
  return withSite('measured', async (site) => {
    const { seconds, calls, rows, maxRssMegabytes, ...rest } = await counted(site, () =>
      extract(site, { isDelta: false }),
    );
    const bare = await download(site);
    const { rows: classes } = await site.database.pool.query<{ count: number }>(
      'select count(distinct class)::integer as count from ops.chunk',
    );
    return {
      rows,
      classes: classes[0]?.count,
      calls,
      windows: bare.windows,
      seconds,
      bareSeconds: tenth(bare.seconds),
      ratio: Math.round((bare.seconds / seconds) * 100) / 100,
      maxRssMegabytes,
      ...rest,
    };
  });
}

/** All requests from an iTop as slow as the observed one, beside a bare parallel download of the same windows. */
function drain(): Promise<object> {
  return withSite('measured', async (site) => {
    const used = await extract(site, { isDelta: false, classes: ['UserRequest'] });
    const bare = await download(site, 'UserRequest');
    const { rows } = await site.database.pool.query<{ seconds: number }>(
      `select extract(epoch from max(done_at) - min(opened_at))::float8 as seconds from ops.chunk where class = 'UserRequest'`,
    );
    const windowSeconds = rows[0]?.seconds ?? Number.NaN;
    const ratioTo = (seconds: number) => Math.round((bare.seconds / seconds) * 100) / 100;
    return {
      tickets: used.rows,
      windows: bare.windows,
      bareSeconds: tenth(bare.seconds),
      // From the opening of the first window to the acknowledgement of the last record: what the download does too.
      windowSeconds: tenth(windowSeconds),
      ratioOfWindows: ratioTo(windowSeconds),
      // With log-in, catalog, watermarks, search for the highest id, counts and waiting for the landing.
      wholeSeconds: tenth(used.seconds),
      ratioOfWhole: ratioTo(used.seconds),
      maxRssMegabytes: used.maxRssMegabytes,
    };
  });
}

/** The same from an iTop that answers at once: what the extractor itself can take. */
function unpaced(): Promise<object> {
  return withSite('none', async (site) => {
    const used = await extract(site, { isDelta: false, classes: ['UserRequest'] });
    const bare = await download(site, 'UserRequest');
    return {
      megabytes: tenth(bare.bytes / 1e6),
      megabytesPerSecond: tenth(bare.bytes / 1e6 / used.seconds),
      megabytesPerCoreSecond: tenth(bare.bytes / 1e6 / used.cpuSeconds),
      bareMegabytesPerSecond: tenth(bare.bytes / 1e6 / bare.seconds),
      maxRssMegabytes: used.maxRssMegabytes,
    };
  });
}

/** Everything, then one ticket in a hundred changed: time and calls of the delta by iTop's history. */
function delta(): Promise<object> {
  return beside('withHistory', async () => undefined);
}

/** The same for an account that may not read the history: the floor of reading again. */
function reread(): Promise<object> {
  return beside('withoutHistory', async ({ database }) => {
    await database.pool.query(`delete from ops.watermark where channel = 'history'`);
  });
}

function beside(name: string, before: (site: Site) => Promise<void>): Promise<object> {
  return withSite('measured', async (site) => {
    const full = await counted(site, () => extract(site, { isDelta: false }));
    await changeOneInAHundred(site);
    await before(site);
    const changes = await counted(site, () => extract(site, { isDelta: true }));
    const share = `${tenth((100 * changes.seconds) / full.seconds)} %`;
    return { changed: Math.ceil(tickets / 100), full, [name]: { ...changes, share } };
  });
}

async function counted(site: Site, work: () => Promise<ExtractUsed>) {
  const statistics = async () => (await (await fetch(`${site.itop.controlUrl}/stats`)).json()) as { calls: number };
  const before = await statistics();
  const used = await work();
  const { calls } = await statistics();
  return {
    seconds: tenth(used.seconds),
    calls: calls - before.calls,
    rows: used.rows,
    maxRssMegabytes: used.maxRssMegabytes,
    ...(used.isComplete ? {} : { findings: used.findings }),
  };
}

async function changeOneInAHundred(site: Site): Promise<void> {
  const { rows } = await site.database.pool.query<{ source_id: string }>(
    `select source_id from raw.object where final_class = 'UserRequest' group by source_id having source_id % 100 = 0 order by source_id`,
  );
  const changes = rows.map((row) => ({
    action: 'append-log',
    class: 'UserRequest',
    id: Number(row.source_id),
    log: 'public_log',
    entry: { message: 'One more line.' },
  }));
  const body = JSON.stringify(changes);
  const answer = await fetch(`${site.itop.controlUrl}/objects`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The windows of the extraction again, of one class or of all, two at a time, thrown away as they come. */
async function download(site: Site, className?: string): Promise<{ seconds: number; bytes: number; windows: number }> {
  const { rows } = await site.database.pool.query<{
    class: string;
    lower_id: string;
    upper_id: string;
    fields: string[] | null;
  }>(
    `select c.class, c.lower_id, c.upper_id,
       (select array_agg(attribute) from ops.itop_attribute where class = c.class and is_requested) as fields
     from ops.chunk c
     where c.state = 'done' and c.class = coalesce($1, c.class) and c.class in (select class from ops.itop_class)
     order by c.class, c.lower_id`,
    [className],
  );
  const queue = [...rows];
  let bytes = 0;
  const startedAt = performance.now();
  const drainQueue = async (): Promise<void> => {
    for (let window = queue.shift(); window !== undefined; window = queue.shift()) {
      const key = `SELECT ${window.class} WHERE id >= ${window.lower_id} AND id < ${window.upper_id}`;
      const operation = {
        operation: 'core/get',
        class: window.class,
        key,
        output_fields: (window.fields ?? ['id']).join(','),
      };
      const body = new URLSearchParams({
        version: '1.3',
        auth_user: 'admin',
        auth_pwd: password,
        json_data: JSON.stringify(operation),
      });
      const answer = await fetch(`${site.itop.url}/webservices/rest.php`, { method: 'POST', body });
      for await (const piece of answer.body ?? []) bytes += (piece as Uint8Array).length;
    }
  };
  await Promise.all([drainQueue(), drainQueue()]);
  return { seconds: (performance.now() - startedAt) / 1_000, bytes, windows: rows.length };
}

/** The extractor as a process of its own, with its small heap. */
async function extract(
  { databaseUrl, itop }: Site,
  options: Pick<ExtractWorkerOptions, 'isDelta' | 'classes'>,
): Promise<ExtractUsed> {
  const worker = join(import.meta.dirname, 'extract-worker.ts');
  const argument = JSON.stringify({ databaseUrl, itopUrl: itop.url, ...options });
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMegabytes}`, worker, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ITOP_PASSWORD: password },
  });
  let output = '';
  for await (const piece of child.stdout) output += piece;
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (code !== 0) throw new Error(`The extractor ended with code ${code}.`);
  return JSON.parse(output) as ExtractUsed;
}

async function withSite(pace: 'none' | 'measured', work: (site: Site) => Promise<object>): Promise<object> {
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), 'bench-extract-'));
  const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
  const itop = await startSimulator({
    name: 'itop-simulator',
    flags: ['--tickets', String(tickets), '--seed', '1', '--log-entries', '4', '--pace', pace],
    environment: { ITOP_SIMULATOR_PASSWORD: password },
    logFile: join(directory, 'itop.log'),
  });
  const database = openDatabase(server.url, { max: 4 });
  try {
    await migrate(database.pool);
    return await work({ database, databaseUrl: server.url, itop });
  } finally {
    stopSimulators([itop.pid]);
    await database.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
