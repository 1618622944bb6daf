import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { freeze } from '../../cli/freeze.ts';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { openDatabase } from '../../platform/database.ts';
import { messageOf, StepError } from '../../platform/errors.ts';
import { openLog } from '../../platform/log.ts';
import { migrate } from '../../platform/migrate.ts';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { readUnexplained, sentenceOf } from '../../reconcile/unexplained.ts';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { SWITCHES, type Switches, type SwitchName, switchesOf } from '../../rehearsal/intercom-simulator/switches.ts';
import { judgeRehearsal } from '../../rehearsal/judge/judge-rehearsal.ts';
import { teammatesFrom } from '../../rehearsal/teammates.ts';
import { audit, extract, load, reconcile, transform } from '../../workflow/pipeline.ts';
import { confirmRehearsal, decideMapping } from '../../workflow/rehearsal/confirm.ts';
import { setUpObjectTypes } from '../../workflow/rehearsal/custom-object-types.ts';
import { closeRehearsalSite, openRehearsalSite, type RehearsalSite } from '../../workflow/rehearsal/site.ts';
import { urlOfDatabase } from '../support/database-url.ts';

/**
 * The sweep over the simulated Intercom's switches, `npm run switches`: each is turned to each other value, alone, in a workspace
 * that else is `captured`; canary, load and reconcile run against it. `--only NAME` (again for more), `--from NAME`, `--tickets N`,
 * `--seed N`, `--parallel N`. Prints one line a run, with what was wrong, and exits with 1 where a run neither reconciled nor was
 * refused before the first record of a customer was written.
 */

/** To which values amounts are turned: a switch added without one does not compile. */
const amounts: Record<AmountName, readonly number[]> = {
  searchLagMs: [0, 2_000],
  latencyMs: [30],
  limit: [0, 300],
  searchLimit: [0, 60],
  searchMsPerItem: [20],
  freshContactMs: [500],
  bodyLimit: [300_000],
  collectionDepth: [1],
  companyDeletionMs: [2_000],
};
type AmountName = { [N in SwitchName]: Switches[N] extends string ? never : N }[SwitchName];

type Flip = readonly [name: SwitchName, value: string | number];

interface Outcome {
  readonly switch: string;
  readonly outcome: 'reconciled' | 'refused' | 'refused late' | 'not reconciled';
  readonly seconds: number;
  readonly words: readonly string[];
}

const zone = 'Europe/Paris';
const token = 'simulated-token';

function flipsOf(only: readonly string[], from: string | undefined): Flip[] {
  const usual = switchesOf('captured');
  const names = Object.keys(SWITCHES) as SwitchName[];
  return names
    .slice(from === undefined ? 0 : names.indexOf(from as SwitchName))
    .filter((name) => only.length === 0 || only.includes(name))
    .flatMap((name) => {
      const { values }: { values?: readonly (string | number)[] | undefined } = SWITCHES[name];
      return (values ?? amounts[name as AmountName])
        .filter((value) => value !== usual[name])
        .map((value) => [name, value] as const);
    });
}

/** A context of a configuration, without what commands print. */
async function inQuiet<T>(config: string, work: (context: Parameters<typeof load>[0]) => Promise<T>): Promise<T> {
  // Nothing of the caller's environment: it may name a real database or workspace.
  const settings = loadSettings({ environment: {}, file: config });
  const database = openDatabase(settings.database.url ?? '', { max: 16 });
  try {
    await migrate(database.pool);
    const progress = openProgress('silent');
    const log = openLog(settings.log, 'switches');
    return await work({
      settings,
      database,
      progress,
      log,
      isJson: true,
      isReadOnly: false,
      signal: new AbortController().signal,
    });
  } finally {
    await database.close();
  }
}

/** Runs canary, load and reconcile of a copy of the transformed warehouse against a workspace of its own. */
async function runFlip(site: RehearsalSite, [name, value]: Flip): Promise<Outcome> {
  const startedAt = performance.now();
  const simulator = await startIntercomSimulator({
    token,
    admins: await teammatesFrom(site.itopControlUrl),
    switches: { limit: 0, [name]: value },
  });
  const database = `flip_${name}_${value}`.toLowerCase();
  const maintenance = openDatabase(urlOfDatabase(site.databaseUrl, 'template1'), { max: 1 });
  try {
    const source = new URL(site.databaseUrl).pathname.slice(1);
    await maintenance.pool.query(`create database ${database} template ${source}`);
    const config = await configOf(site, simulator, database);
    const [outcome, words] = await inQuiet(config, (context) => migrateTo(context, site, simulator));
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return { switch: `${name} = ${value}`, outcome, words, seconds };
  } finally {
    await maintenance.pool.query(`drop database if exists ${database} with (force)`);
    await maintenance.close();
    await simulator.close();
  }
}

async function configOf(site: RehearsalSite, simulator: IntercomSimulator, database: string): Promise<string> {
  const configuration = parse(await readFile(site.configFile, 'utf8')) as {
    intercom: Record<string, unknown>;
    report: Record<string, unknown>;
  };
  const directory = join(dirname(site.configFile), database);
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'itop-to-intercom.yaml');
  const changed = {
    ...configuration,
    database: { url: urlOfDatabase(site.databaseUrl, database) },
    intercom: { ...configuration.intercom, token, base_url: simulator.url },
    report: { directory: join(directory, 'reports') },
  };
  await writeFile(file, stringify(changed), { mode: 0o600 });
  return file;
}

async function migrateTo(
  context: Parameters<typeof load>[0],
  site: RehearsalSite,
  simulator: IntercomSimulator,
): Promise<[Outcome['outcome'], readonly string[]]> {
  const { pool } = context.database;
  try {
    await confirmRehearsal(context, simulator.controlUrl);
    await setUpObjectTypes(context, simulator.controlUrl);
    await load(context, {});
    await freeze(context);
    await reconcile(context);
  } catch (error) {
    const { rows } = await pool.query<{ count: number }>('select count(*)::integer from load.identity');
    const next = error instanceof StepError ? error.nextStep : undefined;
    const words = [messageOf(error), ...(next === undefined ? ['(no next step)'] : [`Next: ${next}`])];
    if (rows[0]?.count === 0 && next !== undefined) return ['refused', words];
    return ['refused late', [...words, `${rows[0]?.count} objects written`]];
  }
  const judgement = await judgeRehearsal({
    itopControlUrl: site.itopControlUrl,
    intercomControlUrl: simulator.controlUrl,
    timezone: zone,
    mappingFile: join(dirname(site.configFile), 'mapping.yaml'),
  });
  const unexplained = await readUnexplained(pool, { workspaceIdCode: 'rehearsal' });
  const words = [
    ...unexplained.map(sentenceOf),
    ...judgement.findings.map((f) => `${f.sourceKey} ${f.check} ${f.field}: expected ${f.expected}, found ${f.actual}`),
    ...(judgement.ledger.customerNotifications === 0
      ? []
      : [`${judgement.ledger.customerNotifications} notifications`]),
  ];
  return [words.length === 0 && judgement.isGreen ? 'reconciled' : 'not reconciled', words];
}

async function runAll(site: RehearsalSite, left: Iterable<Flip>): Promise<void> {
  for (const flip of left) {
    const { switch: name, outcome, seconds, words } = await runFlip(site, flip);
    const lines = [`${name}: ${outcome} (${seconds} s)`, ...words.slice(0, 12).map((line) => `    ${line}`)];
    process.stdout.write(`${lines.join('\n')}\n`);
    if (outcome !== 'reconciled' && outcome !== 'refused') process.exitCode = 1;
  }
}

async function sweep(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tickets: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
      parallel: { type: 'string', default: '4' },
      only: { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
    },
  });
  const unknown = [...values.only, ...(values.from === undefined ? [] : [values.from])].filter(
    (name) => !(name in SWITCHES),
  );
  if (unknown.length > 0) {
    process.stderr.write(`No switch is called ${unknown.join(', ')}: there are ${Object.keys(SWITCHES).join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  const flips = flipsOf(values.only, values.from);
  const cache = await ownCache();
  const size = { tickets: Number(values.tickets), seed: Number(values.seed), callLimit: 0 };
  const site = await openRehearsalSite({ ...size, timezone: zone, workspace: 'captured' });
  try {
    await inQuiet(site.configFile, async (context) => {
      await audit(context);
      await extract(context);
      await decideMapping(context, 'generated');
      await transform(context);
    });
    // The source database is copied by one at a time; the runs wait for answers most of the time.
    const left = flips.values();
    await Promise.all(Array.from({ length: Number(values.parallel) }, () => runAll(site, left)));
  } finally {
    await closeRehearsalSite();
    await rm(cache, { recursive: true, force: true });
  }
}

/** A directory of this run's own: a rehearsal that somebody kept up goes on. */
async function ownCache(): Promise<string> {
  await mkdir(cacheDirectory(), { recursive: true });
  const cache = await mkdtemp(join(cacheDirectory(), 'switches-'));
  // The server that root starts runs as another account.
  await chmod(cache, 0o755);
  process.env.XDG_CACHE_HOME = cache;
  return cache;
}

await sweep();
