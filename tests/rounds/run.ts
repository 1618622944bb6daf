import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { judgeRehearsal } from '../../rehearsal/judge/judge-rehearsal.ts';
import fc from '../support/fast-check.ts';
import {
  control,
  type KeptRehearsal,
  keepRehearsal,
  removeKeptRehearsals,
  startCommand,
} from '../support/kept-rehearsal.ts';
import type { Ended } from '../support/watch-child.ts';
import { compareWorkspaces } from './compare-workspaces.ts';
import { changesOfRounds, type ItopChange } from './itop-changes.ts';

/*
 * A day of deltas, `npm run rounds`: 96 of them back to back, one each quarter of an hour of iTop's clock, through the night in which
 * clocks are set back. Between them people work in iTop; a third is killed somewhere, calls fail on both sides, and the clock of the
 * machine is wrong by up to an hour and a half. `--rounds N`, `--tickets N`, `--seed N`. In the end the workspace must hold what one undisturbed
 * load of the same iTop makes, by a comparison of both and by the rules; memory and time a delta must not grow from the first third of the rounds to the last. Exits with 1 where not.
 */

/** What disturbs a round. */
interface Disturbance {
  /** How far the machine's clock is ahead, in milliseconds; behind where negative. */
  readonly clockMs: number;
  /** When the delta is killed, as a share of how long an undisturbed one took; undefined where it is left alone. */
  readonly killAt: number | undefined;
  readonly itopFault: string | undefined;
  readonly intercomFault: string | undefined;
}

const minute = 60_000;
const disturbances = fc.record({
  clockMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -4 * minute, max: 4 * minute }),
    fc.constantFrom(-90 * minute, 90 * minute),
  ),
  killAt: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.double({ min: 0.05, max: 1, noNaN: true })),
  itopFault: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.constantFrom('http500-html', 'truncate', 'reset', 'login-page'),
  ),
  intercomFault: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    fc.constantFrom(
      '503',
      '429',
      'error500-before-commit',
      'error500-after-commit',
      'reset-before-commit',
      'reset-after-commit',
    ),
  ),
});

/** Rounds are as far apart as the scheduler of docs/cutover.md starts deltas. */
const roundMs = 15 * minute;
/** In the evening before the night in which Paris sets its clocks back: the hour from two to three is told twice. */
const firstRoundAt = Date.parse('2026-10-24T18:00:00Z');

/** The first load takes less than the time until then. */
const firstLoadAt = firstRoundAt - 120 * minute;

interface Round {
  readonly changes: number;
  readonly seconds: number;
  /** Calls that changed the workspace. */
  readonly calls: number;
  readonly peakMegabytes: number;
  readonly warehouseMegabytes: number;
  readonly ended: 'done' | 'killed' | 'failed';
}

async function runRound(
  site: KeptRehearsal,
  changes: readonly ItopChange[],
  { clockMs, killAt, itopFault, intercomFault }: Disturbance,
  usualMs: number,
): Promise<Round> {
  if (changes.length > 0) await control(`${site.itopControlUrl}/objects`, changes);
  if (itopFault !== undefined)
    await control(`${site.itopControlUrl}/faults`, { kind: itopFault, match: { class: 'UserRequest' } });
  if (intercomFault !== undefined)
    await control(`${site.intercomControlUrl}/faults`, [{ kind: intercomFault, match: {} }]);
  const callsBefore = await mutatingCalls(site);
  const startedAt = performance.now();
  const memoryFile = join(scratch, 'peak-memory');
  const { child, ended } = startCommand(site.cache, ['delta', '--config', site.configFile], {
    ...moved,
    MOVED_CLOCK_MS: String(clockMs),
    PEAK_MEMORY_FILE: memoryFile,
  });
  const timer = killAt === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAt * usualMs);
  const outcome = await ended;
  clearTimeout(timer);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (outcome.code !== 0 && outcome.code !== null) report(outcome);
  const peak = outcome.code === null ? 0 : Number(await readFile(memoryFile, 'utf8'));
  await control(`${site.itopControlUrl}/faults/clear`, {});
  await control(`${site.intercomControlUrl}/faults/clear`, {});
  const size = await site.database.pool.query<{ size: string }>('select pg_database_size(current_database()) as size');
  return {
    changes: changes.length,
    seconds,
    calls: (await mutatingCalls(site)) - callsBefore,
    peakMegabytes: peak / 1_048_576,
    warehouseMegabytes: Number(size.rows[0]?.size) / 1_048_576,
    ended: outcome.code === 0 ? 'done' : outcome.code === null ? 'killed' : 'failed',
  };
}

/** Sets the clock of both systems and of all commands; resolves when they have it: they look into the file every 20 ms. */
async function setClock(to: number): Promise<void> {
  await writeFile(clockFile, String(to - Date.now()));
  await sleep(50);
}

async function mutatingCalls({ intercomControlUrl }: KeptRehearsal): Promise<number> {
  return ((await control(`${intercomControlUrl}/stats`)) as { mutating: number }).mutating;
}

function report({ code, output, errors }: Ended): void {
  print(`  a delta ended with ${code}: ${`${errors}\n${output}`.trim().split('\n').slice(-4).join(' | ')}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** One line of the table: what an eighth of the rounds came to. */
function summarize(rounds: readonly Round[]): string {
  const done = rounds.filter(({ ended }) => ended === 'done');
  const sum = (name: 'changes' | 'calls') => rounds.reduce((total, round) => total + round[name], 0);
  const cells = [
    rounds.length,
    sum('changes'),
    rounds.filter(({ ended }) => ended === 'killed').length,
    rounds.filter(({ ended }) => ended === 'failed').length,
    median(done.map(({ seconds }) => seconds)).toFixed(1),
    (sum('calls') / Math.max(1, sum('changes'))).toFixed(2),
    Math.max(...rounds.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0),
    (rounds.at(-1)?.warehouseMegabytes ?? 0).toFixed(0),
  ];
  return cells.map((cell) => String(cell).padStart(10)).join('');
}

const headings = ['rounds', 'changes', 'killed', 'failed', 's a delta', 'calls/chg', 'peak MB', 'db MB'];

/** The same iTop, read and loaded once, without anything in between. */
async function loadOnce(tickets: number, changes: readonly (readonly ItopChange[])[]): Promise<KeptRehearsal> {
  await setClock(firstLoadAt);
  const site = await keepRehearsal(tickets, { until: 'load', environment: moved });
  for (const [index, ofRound] of changes.entries()) {
    await setClock(firstRoundAt + index * roundMs);
    await control(`${site.itopControlUrl}/objects`, ofRound);
  }
  await setClock(firstRoundAt + changes.length * roundMs);
  for (const command of ['extract', 'transform', 'load', 'reconcile']) await mustEnd(site, command);
  return site;
}

async function mustEnd(site: KeptRehearsal, command: string): Promise<void> {
  const ended = await startCommand(site.cache, [command, '--config', site.configFile], moved).ended;
  if (ended.code !== 0) throw new Error(`${command} ended with ${ended.code}:\n${ended.errors}${ended.output}`);
}

async function findingsOf(site: KeptRehearsal): Promise<string[]> {
  const { findings, ledger } = await judgeRehearsal({
    ...site,
    timezone: 'Europe/Paris',
    mappingFile: join(dirname(site.configFile), 'mapping.yaml'),
  });
  const { rows } = await site.database.pool.query<{ count: number }>(
    `select count(*)::integer as count from load.journal where state in ('intent', 'uncertain', 'failed')`,
  );
  return [
    ...findings.map((f) => `${f.sourceKey} ${f.check} ${f.field}: expected ${f.expected}, found ${f.actual}`),
    ...(ledger.customerNotifications === 0 ? [] : [`${ledger.customerNotifications} notifications to customers`]),
    ...(rows[0]?.count === 0 ? [] : [`${rows[0]?.count} calls are not resolved`]),
  ];
}

/** How much dearer a delta of the last third of the rounds may be than one of the first: noise of a machine is less, a growth with each round is more. */
const mostGrowth = 1.5;

/** What grew from the first third of the rounds to the last. Nothing is said of fewer than eight deltas that ended in each. */
function growthOf(rounds: readonly Round[]): string[] {
  const done = rounds.slice(1).filter(({ ended }) => ended === 'done');
  const third = Math.floor(done.length / 3);
  if (third < 8) return [];
  return (['seconds', 'peakMegabytes'] as const).flatMap((name) => {
    const [first, last] = [done.slice(0, third), done.slice(-third)].map((some) =>
      median(some.map((one) => one[name])),
    );
    if (first === undefined || last === undefined || last <= mostGrowth * first) return [];
    return [`${name} a delta grew from ${first.toFixed(1)} to ${last.toFixed(1)}`];
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '96' },
      tickets: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  });
  const [count, tickets, seed] = [Number(values.rounds), Number(values.tickets), Number(values.seed)];
  await setClock(firstLoadAt);
  const site = await keepRehearsal(tickets, { environment: moved });
  const changes = await changesOfRounds(site.itopControlUrl, count, seed);
  const disturbed = fc.sample(disturbances, { numRuns: count, seed });
  const rounds: Round[] = [];
  let usualMs = 5_000;
  print(headings.map((heading) => heading.padStart(10)).join(''));
  const each = Math.max(1, Math.ceil(count / 8));
  for (const [index, ofRound] of changes.entries()) {
    await setClock(firstRoundAt + index * roundMs);
    const calm: Disturbance = { clockMs: 0, killAt: undefined, itopFault: undefined, intercomFault: undefined };
    const isFirst = index === 0;
    const round = await runRound(site, ofRound, isFirst ? calm : (disturbed[index] ?? calm), usualMs);
    rounds.push(round);
    if (round.ended === 'done') usualMs = round.seconds * 1_000;
    if (rounds.length % each === 0 || rounds.length === count) print(summarize(rounds.slice(-each)));
  }
  // What the last rounds left unfinished.
  for (let more = 0; more < 2; more++) {
    await sleep(1_000);
    await mustEnd(site, 'delta');
  }
  print(summarize(rounds));
  const undisturbed = await loadOnce(tickets, changes);
  const differences = await compareWorkspaces(site.intercomControlUrl, undisturbed.intercomControlUrl);
  const byRules = [...(await findingsOf(site)), ...(await findingsOf(undisturbed)).map((one) => `by one load: ${one}`)];
  print(`Differences from one undisturbed load: ${differences.length}`);
  for (const line of differences) print(`  ${line}`);
  print(`Findings by the rules: ${byRules.length}`);
  for (const line of byRules) print(`  ${line}`);
  const growth = growthOf(rounds);
  for (const line of growth) print(line);
  if (differences.length + byRules.length + growth.length > 0) process.exitCode = 1;
  if (values.keep) {
    print(`Both are up until this ends: ${site.configFile} ${undisturbed.configFile}`);
    await sleep(3_600_000);
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'rounds-'));
const clockFile = join(scratch, 'clock');
const clockModule = join(import.meta.dirname, '../support/moved-clock.ts');
const moved = { NODE_OPTIONS: `--import ${pathToFileURL(clockModule)}?file=${clockFile}` };
try {
  await main();
} finally {
  await removeKeptRehearsals();
  await rm(scratch, { recursive: true, force: true });
}
