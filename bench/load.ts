import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIntercom } from '../intercom/client.ts';
import { openSharedPace } from '../intercom/shared-pace.ts';
import { identifyAdmin } from '../intercom/workspace.ts';
import { objectKinds } from '../load/phases.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { type Database, openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { migrate } from '../platform/migrate.ts';
import { openProgress } from '../platform/progress.ts';
import { openRun } from '../platform/run-record.ts';
import { executeRollback } from '../reconcile/rollback/execute-rollback.ts';
import { planRollback } from '../reconcile/rollback/plan-rollback.ts';
import { type SimulatorProcess, startSimulator, stopSimulators } from '../rehearsal/simulator-process.ts';
import { everyOperation, writeWorkload } from '../tests/support/load-workload.ts';
import { applyViews } from '../transform/apply-views.ts';
import type { LoadWorkerOptions } from './load-worker.ts';
import { printFigure } from './print-figure.ts';

/**
 * Benchmarks of loading, against the simulated Intercom as a process of its own. Without an argument all of them:
 * `npm run bench load -- window|speed|memory|beside|rollback`. The smaller sizes of `--quick` say only that they run.
 */
const token = 'bench-token';
const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(3).filter((argument) => !argument.startsWith('--'));

interface Used {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly heapMegabytes: number;
  readonly maxRssMegabytes: number;
}

interface Statistics {
  readonly requests: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly rateLimited: number;
  readonly windows: readonly { readonly startsAt: number; readonly used: number; readonly limit: number }[];
}

interface Site {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly simulator: SimulatorProcess;
}

const benchmarks: Readonly<Record<string, () => Promise<object>>> = {
  window: windowOfIntercom,
  speed: speedWithoutLimit,
  memory: memoryOfManyAndLarge,
  beside: besideAnotherIntegration,
  rollback: rollbackOfEverything,
};

for (const [name, benchmark] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  printFigure(`${name}: ${JSON.stringify(await benchmark())}`);
}

/** Share of the permitted calls that is used over full windows, with Intercom's window and 300 ms latency. */
async function windowOfIntercom(): Promise<object> {
  const tickets = isQuick ? 400 : 3_000;
  return withSite({ limit: 1_666, latencyMs: 300 }, async (site) => {
    await writeTickets(site.database, tickets, 8);
    const [used] = await load(site, [{ inFlight: 150 }]);
    const statistics = await statisticsOf(site);
    // The first and the last window are cut off by the load's own begin and end.
    const full = statistics.windows.slice(1, -1);
    const share = full.reduce((sum, window) => sum + window.used / window.limit, 0) / full.length;
    return {
      tickets,
      seconds: used?.seconds,
      cpuMillisecondsPerCall: (1000 * (used?.cpuSeconds ?? 0)) / callsOf(statistics),
      fullWindows: full.length,
      shareOfPermitted: share,
      // Where the loss is: the first windows are those of the single first objects.
      usedByWindow: full.map((window) => window.used),
      rateLimited: statistics.rateLimited,
      callsPerTicket: perTicket(statistics, tickets),
    };
  });
}

/** Calls per second and CPU per call without limit and latency, of one and of two processes. */
async function speedWithoutLimit(): Promise<object> {
  const tickets = isQuick ? 200 : 1_500;
  const measure = (processes: number) =>
    withSite({ limit: 0, latencyMs: 0 }, async (site) => {
      await writeTickets(site.database, tickets, 8);
      const used = await load(
        site,
        Array.from({ length: processes }, () => ({ inFlight: 40 })),
      );
      const calls = callsOf(await statisticsOf(site));
      const seconds = Math.max(...used.map((one) => one.seconds));
      const cpu = used.reduce((sum, one) => sum + one.cpuSeconds, 0);
      return { calls, seconds, callsPerSecond: calls / seconds, cpuMillisecondsPerCall: (1000 * cpu) / calls };
    });
  return { one: await measure(1), two: await measure(2) };
}

/** Memory with very many conversations waiting, and with many large files; both under a heap of 256 MB. */
async function memoryOfManyAndLarge(): Promise<object> {
  const queued = isQuick ? 5_000 : 100_000;
  const many = await withSite({ limit: 0, latencyMs: 0 }, async (site) => {
    await writeTickets(site.database, queued, 2);
    const [used] = await load(site, [{ inFlight: 60, stopAfter: isQuick ? 200 : 3_000 }], ['--max-old-space-size=256']);
    return { queued, heapMegabytes: used?.heapMegabytes, maxRssMegabytes: used?.maxRssMegabytes };
  });
  const files = isQuick ? 10 : 200;
  const large = await withSite({ limit: 0, latencyMs: 0, bodyLimit: 40_000_000 }, async (site) => {
    await writeTickets(site.database, 20, 2);
    await site.database.pool.query(
      `insert into intercom.conversation_part_file
         (target_key, part_key, conversation_key, position, file_name, media_type, blob_hash, byte_size)
       select 'Attachment::' || n, 'Ticket::' || (n % 20 + 1) || '#public_log/1', 'Ticket::' || (n % 20 + 1), n, n || '.bin',
              'application/octet-stream', decode(lpad(to_hex(20000000), 16, '0') || lpad(to_hex(n), 48, '0'), 'hex'), 20000000
       from generate_series(1, $1::integer) n`,
      [files],
    );
    const [used] = await load(site, [{ inFlight: 8, bodyLimit: 30_000_000 }], ['--max-old-space-size=256']);
    return {
      files,
      megabytesEach: 20,
      seconds: used?.seconds,
      heapMegabytes: used?.heapMegabytes,
      maxRssMegabytes: used?.maxRssMegabytes,
    };
  });
  return { many, large };
}

/** Two processes that leave a fifth to others, beside an integration that uses a sixth: it must never meet a 429. */
async function besideAnotherIntegration(): Promise<object> {
  const tickets = isQuick ? 200 : 1_000;
  return withSite({ limit: 1_666, latencyMs: 100 }, async (site) => {
    await writeTickets(site.database, tickets, 8);
    let isOver = false;
    const foreign = { calls: 0, refused: 0 };
    const others = (async () => {
      while (!isOver) {
        const { status } = await fetch(`${site.simulator.url}/me`, {
          headers: { authorization: `Bearer ${token}`, 'intercom-version': '2.16' },
        });
        foreign.calls += 1;
        if (status === 429) foreign.refused += 1;
        await sleep(36);
      }
    })();
    const worker = { inFlight: 60, reserveShare: 0.2 };
    const used = await load(site, [worker, worker]);
    isOver = true;
    await others;
    const statistics = await statisticsOf(site);
    const full = statistics.windows.slice(1, -1);
    return {
      tickets,
      seconds: Math.max(...used.map((one) => one.seconds)),
      foreign,
      rateLimited: statistics.rateLimited,
      shareUsedByAll: full.reduce((sum, window) => sum + window.used / window.limit, 0) / full.length,
    };
  });
}

/** Calls that taking everything back costs, from plan to verification, and the share of the permitted calls that it uses. */
async function rollbackOfEverything(): Promise<object> {
  const tickets = isQuick ? 200 : 3_000;
  return withSite({ limit: 0, latencyMs: 0 }, async (site) => {
    await writeTickets(site.database, tickets, 8);
    await load(site, [{ inFlight: 40 }]);
    await fetch(`${site.simulator.controlUrl}/switches`, {
      method: 'POST',
      body: JSON.stringify({ limit: 1_666, latencyMs: 300 }),
    });
    const before = await statisticsOf(site);
    const { pool } = site.database;
    const workspaceIdCode = 'rehearsal';
    const client = openIntercom({
      token,
      region: 'us',
      baseUrl: site.simulator.url,
      timeoutMs: 60_000,
      connections: 154,
    });
    try {
      await client.send(identifyAdmin());
      const firstObservation = client.pace.lastObservation;
      const intercom = client.pacedBy(openSharedPace(pool, { workspaceIdCode, reserveShare: 0, firstObservation }));
      const run = await openRun(pool, { command: 'rollback', workspaceIdCode, fingerprint: {} });
      const common = { kinds: objectKinds, pool, intercom, workspaceIdCode, inFlight: 150 };
      const startedAt = performance.now();
      const planned = await planRollback({ ...common, scope: {}, retainMetrics: true });
      const plannedIn = (performance.now() - startedAt) / 1000;
      const result = await executeRollback({ ...common, run, hash: planned.hash, progress: openProgress('silent') });
      await run.finish({});
      const seconds = (performance.now() - startedAt) / 1000;
      const after = await statisticsOf(site);
      const calls = callsOf(after) - callsOf(before);
      const full = after.windows.filter(({ limit }) => limit === 1_666).slice(1, -1);
      const changed = Object.entries(after.requests).map(
        ([name, count]) => [name, count - (before.requests[name] ?? 0)] as const,
      );
      return {
        tickets,
        seconds,
        plannedIn,
        calls,
        callsPerTicket: calls / tickets,
        callsByOperation: Object.fromEntries(changed.filter(([, count]) => count > 0)),
        fullWindows: full.length,
        shareOfPermitted: full.reduce((sum, window) => sum + window.used / window.limit, 0) / full.length,
        rateLimited: after.rateLimited,
        failures: result.failures.length,
        unverified: result.unverified.length,
      };
    } finally {
      await client.close();
    }
  });
}

async function withSite<T>(
  switches: { limit: number; latencyMs: number; bodyLimit?: number },
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(cacheDirectory(), 'bench-'));
  const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
  const simulator = await startSimulator({
    name: 'intercom-simulator',
    flags: ['--limit', String(switches.limit), '--latency-ms', String(switches.latencyMs)],
    environment: { INTERCOM_SIMULATOR_TOKEN: token },
    logFile: join(cacheDirectory(), 'bench-simulator.log'),
  });
  const database = openDatabase(server.url);
  try {
    await migrate(database.pool);
    await applyViews(database.pool);
    if (switches.bodyLimit !== undefined) {
      await fetch(`${simulator.controlUrl}/switches`, {
        method: 'POST',
        body: JSON.stringify({ bodyLimit: switches.bodyLimit }),
      });
    }
    await database.pool.query(
      `insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
       select 'rehearsal', subject, 'bench', 'bench' from unnest(array['mapping', 'silence']) as subject`,
    );
    return await work({ database, databaseUrl: server.url, simulator });
  } finally {
    stopSimulators([simulator.pid]);
    await database.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** So many closed tickets of so many messages, by a tenth as many contacts. */
async function writeTickets(database: Database, tickets: number, messages: number): Promise<void> {
  const nothing = { companies: [], contacts: [], contactCompanies: [], conversations: [], parts: [], teammates: [] };
  await writeWorkload(database.pool, { ...nothing, attributes: everyOperation().attributes });
  const contacts = Math.max(1, Math.floor(tickets / 10));
  await database.pool.query(
    `insert into intercom.contact (target_key, source_key, raw_version, role, email, name, custom_attributes, payload_hash)
     select 'Contact::' || n, 'Contact::' || n, 1, 'user', 'person' || n || '@example.com', 'Person ' || n,
            jsonb_build_object('itop_source_key', 'Contact::' || n), sha256(n::text::bytea)
     from generate_series(1, $1::integer) n`,
    [contacts],
  );
  await database.pool.query(
    `insert into intercom.conversation (target_key, source_key, raw_version, contact_key, created_at, body, marker, title,
       custom_attributes, state, part_count, payload_hash)
     select 'Ticket::' || n, 'Ticket::' || n, 1, 'Contact::' || (n % $2::integer + 1), timestamptz '2020-01-01' + n * interval '1 minute',
            repeat('It does not work. ', 20) || 'Imported from iTop (itopUserRequest' || n || ')', 'itopUserRequest' || n,
            '[R-' || n || '] Ticket ' || n, jsonb_build_object('itop_ref', 'R-' || n), 'closed', $3::integer - 1, sha256(n::text::bytea)
     from generate_series(1, $1::integer) n`,
    [tickets, contacts, messages],
  );
  await database.pool.query(
    `insert into intercom.conversation_part (target_key, conversation_key, position, part_type, author_kind, author_key, created_at,
       body, body_format, payload_hash)
     select 'Ticket::' || n || '#public_log/' || m, 'Ticket::' || n, m, case when m % 4 = 0 then 'note' else 'comment' end,
            case when m % 2 = 0 then 'teammate' else 'contact' end, case when m % 2 = 0 then null else 'Contact::' || (n % $3::integer + 1) end,
            timestamptz '2020-01-01' + n * interval '1 minute' + m * interval '1 hour', repeat('We look at it. ', 30), 'text',
            sha256((n || ' ' || m)::bytea)
     from generate_series(1, $1::integer) n cross join generate_series(1, $2::integer - 1) m`,
    [tickets, messages, contacts],
  );
  await database.pool.query('create index on intercom.conversation_part (conversation_key)');
  await database.pool.query('analyze');
}

async function load(
  site: Site,
  workers: readonly Partial<LoadWorkerOptions>[],
  flags: readonly string[] = [],
): Promise<Used[]> {
  return Promise.all(
    workers.map((worker) => {
      const options: LoadWorkerOptions = {
        databaseUrl: site.databaseUrl,
        intercomUrl: site.simulator.url,
        inFlight: 60,
        reserveShare: 0,
        bodyLimit: 20_000_000,
        ...worker,
      };
      return runWorker(options, flags);
    }),
  );
}

function runWorker(options: LoadWorkerOptions, flags: readonly string[]): Promise<Used> {
  const child = spawn(
    process.execPath,
    [...flags, join(import.meta.dirname, 'load-worker.ts'), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH, INTERCOM_TOKEN: token } },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Used);
      else reject(new Error(`A loader process ended with code ${code}.`));
    });
  });
}

async function statisticsOf(site: Site): Promise<Statistics> {
  return (await (await fetch(`${site.simulator.controlUrl}/stats`)).json()) as Statistics;
}

function callsOf({ requests }: Statistics): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

function perTicket({ requests }: Statistics, tickets: number): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(requests).map(([name, count]) => [name, count / tickets]));
}
