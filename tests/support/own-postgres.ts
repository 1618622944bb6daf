import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { openDatabase } from '../../platform/database.ts';
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { migrate } from '../../platform/migrate.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** A server of a test's own, to be killed under those who use it. */
export interface OwnPostgres {
  readonly url: string;
  /** SIGKILL to the server, and its start on the same data and port. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), 'tests-own-'));
  const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
  const database = openDatabase(server.url, { max: 2 });
  await migrate(database.pool);
  await database.close();
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    async killAndRestart() {
      const pidFile = join(directory, 'data', 'postmaster.pid');
      const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
      const backends = await childrenOf(pid);
      process.kill(pid, 'SIGKILL');
      // The backends notice within moments; until then the data is theirs.
      const areGone = async () => !(await Promise.all([pid, ...backends].map(isAlive))).includes(true);
      await until('the backends of the killed server are gone', areGone, { everyMs: 20 });
      // Where nobody asks after the dead, the server's number looks alive to pg_ctl.
      await rm(pidFile, { force: true });
      await startEmbeddedPostgres({ directory, isThrowAway: true, port });
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
}

async function isAlive(pid: number): Promise<boolean> {
  const state = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return state.stdout.trim() !== '' && !state.stdout.trim().startsWith('Z');
}
