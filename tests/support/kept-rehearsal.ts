import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { type Database, openDatabase } from '../../platform/database.ts';
import type { RehearsalSite } from '../../workflow/rehearsal/site.ts';
import { bareEnvironment } from './environment.ts';
import { usualLimitMs, type WatchedChild, watchChild } from './watch-child.ts';

export interface StartedCommand extends WatchedChild {
  readonly child: ChildProcess;
}

/** A rehearsal that is still up: both simulators and the database, as processes, in a directory of its own. */
export interface KeptRehearsal extends RehearsalSite {
  readonly cache: string;
  readonly database: Database;
}

const opened: KeptRehearsal[] = [];
const running = new Set<ChildProcess>();

/** Starts a command of the tool, which finds the rehearsal of this cache directory. */
export function startCommand(
  cache: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): StartedCommand {
  const child = spawn(process.execPath, ['cli/main.ts', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), ...environment, XDG_CACHE_HOME: cache },
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  // The longer rounds outside of the test runner take as long as they take.
  return { child, ...watchChild(child, process.env.VITEST === undefined ? undefined : usualLimitMs) };
}

/** Rehearses with so many tickets, to the end or up to a stage, and leaves all up. Throws where it is not green. */
export async function keepRehearsal(
  tickets: number,
  {
    until,
    environment = {},
  }: { readonly until?: 'load'; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<KeptRehearsal> {
  // Beside the real cache: a directory that root's Postgres may enter.
  await mkdir(dirname(cacheDirectory()), { recursive: true });
  const cache = await mkdtemp(`${cacheDirectory()}-kept-`);
  await chmod(cache, 0o755);
  const words = ['rehearse', '--keep', '--tickets', String(tickets), '--call-limit', '0', '--json'];
  const started = startCommand(cache, [...words, ...(until === undefined ? [] : ['--until', until])], environment);
  const ended = await started.ended;
  if (ended.code !== 0) throw new Error(`The rehearsal ended with ${ended.code}:\n${ended.errors}${ended.output}`);
  const file = await readFile(join(cache, 'itop-to-intercom/rehearsal/site.json'), 'utf8');
  const site = JSON.parse(file) as RehearsalSite;
  await waitShortly(site.configFile);
  const kept = { ...site, cache, database: openDatabase(site.databaseUrl, { max: 4 }) };
  opened.push(kept);
  return kept;
}

/** Ends all that was started and kept here. */
export async function removeKeptRehearsals(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  for (const { database, cache } of opened.splice(0)) {
    await startCommand(cache, ['rehearse', '--stop']).ended;
    // Connections that a failed test left behind ended with their server.
    await Promise.race([database.close(), sleep(1_000)]);
    await rm(cache, { recursive: true, force: true });
  }
}

/** A call that a kill cut off is looked up after seconds: the simulator drops it, or has carried it out, at once. */
async function waitShortly(configFile: string): Promise<void> {
  const configuration = parse(await readFile(configFile, 'utf8'));
  Object.assign(configuration.intercom, { timeout_ms: 4_000, lateness_ms: 500 });
  await writeFile(configFile, stringify(configuration));
}

/** Asks a simulator's control channel, or tells it something. Throws what it refuses. */
export async function control(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
