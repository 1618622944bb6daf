import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startConsole } from '../console/server.ts';
import { cacheDirectory } from '../platform/cache-directory.ts';
import { openDatabase } from '../platform/database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { openLog } from '../platform/log.ts';
import { migrate } from '../platform/migrate.ts';
import { openProgress } from '../platform/progress.ts';
import { loadSettings } from '../platform/settings.ts';
import { writeReport } from '../reconcile/report/write-report.ts';
import { hasBrowser, openBrowser } from '../tests/support/browser.ts';
import { operatorOf } from '../workflow/operator.ts';
import { buildConsoleSite } from './console-site.ts';
import { printFigure } from './print-figure.ts';

/*
 * What the pages of the console cost: `npm run bench console -- --tickets 300000`. For each page the time to its first byte, the requests that
 * a browser makes for it and their bytes, and the time until its last part is there; then the memory of the server over 1,000 pages, and
 * the sheets of A4 of the printed report.
 */
const { values } = parseArgs({
  options: { tickets: { type: 'string', default: '30000' }, pages: { type: 'string', default: '1000' } },
  allowPositionals: true,
});
const tickets = Number(values.tickets);

const paths = [
  '/',
  '/live',
  '/lists',
  '/lists/unexplained',
  '/lists/failures',
  '/lists/differences',
  '/lists/differences?filter=Ticket%3A%3A1500',
  '/lists/merges',
  '/lists/teammates',
  '/lists/articles',
  '/lists/undecided',
  '/sample',
  '/mapping',
  '/setup',
  '/rollback',
  '/search?q=R-001500',
  '/search?q=printer+offline+300',
  '/search?q=Family77',
  '/search?q=nobody+at+all',
  '/record/Ticket::1500',
  '/record/Contact::7',
  '/record/Organization::2',
  '/record/FAQ::9',
];

await mkdir(cacheDirectory(), { recursive: true });
const directory = await mkdtemp(join(cacheDirectory(), 'bench-console-'));
const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
const database = openDatabase(server.url, { max: 8 });
try {
  await migrate(database.pool);
  const startedAt = performance.now();
  await buildConsoleSite(database.pool, tickets);
  const size = await database.pool.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  );
  print(
    `database of ${tickets.toLocaleString('en')} tickets`,
    `built in ${Math.round((performance.now() - startedAt) / 1000)} s, ${size.rows[0]?.size}`,
  );
  await measure();
  await measureReport();
} finally {
  await database.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const settings = loadSettings({ environment: {} });
  const running = await startConsole({
    pool: database.pool,
    isReadOnly: false,
    blobs: undefined,
    mappingFile: join(directory, 'mapping.yaml'),
    operator: operatorOf({
      settings,
      database,
      progress: openProgress('silent'),
      log: openLog(settings.log, 'bench'),
      isJson: false,
      isReadOnly: false,
      signal: new AbortController().signal,
    }),
    host: '127.0.0.1',
    port: 0,
  });
  const opened = await fetch(running.address(), { redirect: 'manual' });
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { origin } = new URL(running.address());
  const get = (path: string): Promise<Response> => fetch(new URL(path, origin), { headers: { cookie } });
  for (const path of paths) {
    await (await get(path)).text();
    print(path, await measurePage(get, path));
  }
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const pages = ['/search?q=R-001500', '/record/Ticket::1501', '/lists/failures', '/live', '/sample', '/setup'];
  const count = Number(values.pages);
  for (let n = 1; n <= count; n += 1) {
    await (await get(pages[n % pages.length] ?? '/')).text();
    if (n % Math.max(1, Math.floor(count / 4)) !== 0) continue;
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    print(`memory after ${n} pages`, `${(heapUsed / 1e6).toFixed(1)} MB of heap, ${Math.round(rss / 1e6)} MB resident`);
  }
  await running.close();
}

/** Sheets of A4 that a browser prints of the report; without a browser its size alone. */
async function measureReport(): Promise<void> {
  const startedAt = performance.now();
  const written = join(directory, 'report');
  await writeReport({
    pool: database.pool,
    workspaceIdCode: 'w',
    seed: '1',
    threadCount: 12,
    directory: written,
    links: { intercomUrl: 'http://intercom.example' },
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const page = join(written, 'report.html');
  const { size } = await stat(page);
  const browser = hasBrowser ? await openBrowser() : undefined;
  const view = await browser?.newPage();
  await view?.goto(pathToFileURL(page).href);
  const pdf = await view?.pdf({ preferCSSPageSize: true });
  const sheets = pdf?.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
  await browser?.close();
  print('report', `written in ${seconds} s, ${Math.round(size / 1000)} kB, ${sheets ?? 'unknown'} sheets of A4`);
}

/** First byte as a browser sees it, then every part and asset of the page. */
async function measurePage(get: (path: string) => Promise<Response>, path: string): Promise<string> {
  const startedAt = performance.now();
  const answer = await get(path);
  const reader = answer.body?.getReader();
  await reader?.read();
  const firstByte = performance.now() - startedAt;
  await reader?.cancel();
  const page = await (await get(path)).text();
  const parts = [...page.matchAll(/data-(?:src|plot)="([^"]+)"/g)].map((match) =>
    (match[1] ?? '').replaceAll('&amp;', '&'),
  );
  const assets = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  const bodies = await Promise.all([...parts, ...assets].map(async (part) => (await get(part)).text()));
  const whole = performance.now() - startedAt;
  const bytes = [page, ...bodies].reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  return `${answer.status}, first byte ${Math.round(firstByte)} ms, ${1 + parts.length + assets.length} requests, ${Math.round(bytes / 1000)} kB, whole ${Math.round(whole)} ms`;
}

function print(name: string, value: string): void {
  printFigure(`${name.padEnd(45)} ${value}`);
}
