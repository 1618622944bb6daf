import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { bareEnvironment } from '../support/environment.ts';
import type { StartedProcess } from '../support/start-process.ts';
import { until } from '../support/until.ts';
import { usualLimitMs, watchChild } from '../support/watch-child.ts';

let database: TestDatabase;
let silent: Server;
let reached: Promise<unknown>;
let cache: string;
beforeAll(async () => {
  database = await createTestDatabase();
  // Takes the request and never answers it.
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  reached = once(silent, 'request');
  await mkdir(cacheDirectory(), { recursive: true });
  cache = await mkdtemp(join(cacheDirectory(), 'interrupted-'));
  // The server that root starts runs as another account.
  await chmod(cache, 0o755);
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await database.drop();
  await rm(cache, { recursive: true, force: true });
});

function start(words: readonly string[], environment: NodeJS.ProcessEnv): StartedProcess {
  const child = spawn(process.execPath, [join(projectRoot, 'cli', 'main.ts'), ...words], {
    env: { ...bareEnvironment(), HOME: process.env.HOME, ...environment },
  });
  return { child, ...watchChild(child, usualLimitMs) };
}

it('a command that Ctrl-C ends exits with 130 and says so in words', async () => {
  const { child, ended } = start(['extract'], {
    DATABASE_URL: database.url,
    ITOP_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
    ITOP_USER: 'admin',
    ITOP_PASSWORD: 'secret',
    ITOP_TIMEZONE: 'Europe/Paris',
  });
  const early = ended.then(({ errors }) => Promise.reject(new Error(`It ended before it asked iTop: ${errors}`)));
  await Promise.race([reached, early]);
  child.kill('SIGINT');
  const { code, errors } = await ended;
  expect(errors).toContain('Next: ');
  expect(code).toBe(130);
});

it.each(['while its servers start', 'in the middle of a stage'])(
  'a rehearsal that Ctrl-C ends %s leaves no process and no file behind',
  async (when) => {
    const directory = join(cache, 'itop-to-intercom', 'rehearsal');
    const rehearsal = start(['rehearse', '--tickets', '5', '--verbose'], { XDG_CACHE_HOME: cache });
    const isAt = () =>
      when === 'while its servers start'
        ? existsSync(join(directory, 'postgres'))
        : rehearsal.printed().includes('extract\n');
    await until(`it is ${when}`, isAt, { by: [rehearsal] });
    const pids = await processesOf(directory);
    rehearsal.child.kill('SIGINT');
    const { code, errors } = await rehearsal.ended;
    // What it was doing is in the stack that --verbose prints.
    expect(errors).toMatch(/Failed: Interrupted\.\nNext: .*\n.*Caused by: /s);
    expect(code).toBe(130);
    expect(existsSync(directory)).toBe(false);
    // Told to end; the last of them may be at it.
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  },
);

/** The servers that were started so far, by what they left in the rehearsal's directory. */
async function processesOf(directory: string): Promise<number[]> {
  const [postgres, site] = await Promise.all(
    ['postgres/data/postmaster.pid', 'site.json'].map((file) =>
      readFile(join(directory, file), 'utf8').catch(() => ''),
    ),
  );
  const { pids } = JSON.parse(site === '' || site === undefined ? '{"pids":[]}' : site) as { pids: number[] };
  return [...pids, ...(postgres === '' ? [] : [Number(postgres?.split('\n')[0])])];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
