import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { RefusedError } from '../../platform/errors.ts';
import { type KafkaServer, killKafka, missingForKafka, startKafkaServer } from '../../platform/kafka-server.ts';
import type { WorkspaceName } from '../../rehearsal/intercom-simulator/switches.ts';
import { startSimulator, stopSimulators } from '../../rehearsal/simulator-process.ts';
import { teammatesFrom } from '../../rehearsal/teammates.ts';

/** Everything a rehearsal needs: a throw-away database and both simulators, reached by a configuration file like any other. */
export interface RehearsalSite {
  /** Configuration file for every other command. */
  readonly configFile: string;
  readonly databaseUrl: string;
  readonly itopControlUrl: string;
  readonly intercomControlUrl: string;
  readonly pids: readonly number[];
  /** Kafka's process, where the rehearsal started one. */
  readonly kafkaPid?: number;
}

export interface RehearsalSize {
  readonly tickets: number;
  readonly seed: number;
  /** Calls the simulated Intercom permits in 10 seconds; 0 for no limit. */
  readonly callLimit: number;
  /** Directory of captured `core/get` answers of a real iTop, served instead of generated data. */
  readonly captures?: string;
  /** IANA name of the zone of iTop's dates. */
  readonly timezone: string;
  /** Which workspace the simulated Intercom is like. */
  readonly workspace: WorkspaceName;
  /** Whether the records go through an Apache Kafka of the rehearsal's own. */
  readonly kafka?: boolean;
}

/** How long the simulated Intercom's search lags behind, and the bound that the loader is given. */
const searchLagMs = 300;
const searchLagBoundMs = 800;

const directory = (): string => join(cacheDirectory(), 'rehearsal');
/** Beside the directory, which is removed with each rehearsal. */
export const rehearsalClaimFile = (): string => `${directory()}.lock`;
const siteFile = (): string => join(directory(), 'site.json');

/** Starts a new site, ending one that was kept before. */
export async function openRehearsalSite(size: RehearsalSize): Promise<RehearsalSite> {
  await closeRehearsalSite();
  await mkdir(directory(), { recursive: true });
  const pids: number[] = [];
  let kafka: KafkaServer | undefined;
  try {
    if (size.kafka === true) kafka = await startRehearsalKafka();
    const postgres = await startEmbeddedPostgres({ directory: join(directory(), 'postgres'), isThrowAway: true });
    const itopPassword = randomBytes(12).toString('base64url');
    const token = randomBytes(24).toString('base64url');
    const itop = await startSimulator({
      name: 'itop-simulator',
      flags: [
        '--tickets',
        String(size.tickets),
        '--seed',
        String(size.seed),
        '--user',
        'admin',
        '--timezone',
        size.timezone,
        ...(size.captures === undefined ? [] : ['--captures', resolve(size.captures)]),
      ],
      environment: { ITOP_SIMULATOR_PASSWORD: itopPassword },
      logFile: join(directory(), 'itop-simulator.log'),
    });
    pids.push(itop.pid);
    const teammateFile = join(directory(), 'teammates.json');
    await writeFile(teammateFile, JSON.stringify({ admins: await teammatesFrom(itop.controlUrl), teams: [] }));
    const intercom = await startSimulator({
      name: 'intercom-simulator',
      flags: [
        ...['--workspace', size.workspace, '--limit', String(size.callLimit)],
        ...['--search-lag-ms', String(searchLagMs), '--teammates', teammateFile],
      ],
      environment: { INTERCOM_SIMULATOR_TOKEN: token },
      logFile: join(directory(), 'intercom-simulator.log'),
    });
    pids.push(intercom.pid);
    const configFile = join(directory(), 'itop-to-intercom.yaml');
    const configuration = {
      database: { url: postgres.url },
      itop: { url: itop.url, user: 'admin', password: itopPassword, timezone: size.timezone },
      intercom: {
        token,
        region: 'us',
        base_url: intercom.url,
        search_lag_ms: searchLagBoundMs,
        timeout_ms: 10_000,
        reserve_share: 0,
      },
      ...(kafka === undefined ? {} : { kafka: { brokers: kafka.brokers } }),
      blobs: { directory: join(directory(), 'blobs') },
      mapping: { file: join(directory(), 'mapping.yaml') },
      report: { directory: join(directory(), 'reports') },
      snooze: { until: '2030-01-07T08:00:00Z' },
    };
    await writeFile(configFile, stringify(configuration), { mode: 0o600 });
    const site: RehearsalSite = {
      configFile,
      databaseUrl: postgres.url,
      itopControlUrl: itop.controlUrl,
      intercomControlUrl: intercom.controlUrl,
      pids,
      ...(kafka === undefined ? {} : { kafkaPid: kafka.pid }),
    };
    await writeFile(siteFile(), JSON.stringify(site), { mode: 0o600 });
    return site;
  } catch (error) {
    stopSimulators(pids);
    await kafka?.kill();
    await stopEmbeddedPostgres(join(directory(), 'postgres'));
    throw error;
  }
}

/** Kafka from Apache's own jars; refused with words where Java or Maven is missing. */
async function startRehearsalKafka(): Promise<KafkaServer> {
  const missing = await missingForKafka();
  if (missing !== undefined) {
    throw new RefusedError(`Kafka needs ${missing}, which is not on this machine.`, {
      stage: 'rehearse',
      nextStep: 'Install Java and Maven, or rehearse without --kafka.',
    });
  }
  return startKafkaServer({ parent: directory(), isDetached: true });
}

/** Ends the site's processes and removes what it stored. Returns whether there was one. */
export async function closeRehearsalSite(): Promise<boolean> {
  if (!existsSync(directory())) return false;
  const isOpen = existsSync(siteFile());
  if (isOpen) {
    const site = JSON.parse(await readFile(siteFile(), 'utf8')) as RehearsalSite;
    stopSimulators(site.pids);
    if (site.kafkaPid !== undefined) killKafka(site.kafkaPid);
  }
  await stopEmbeddedPostgres(join(directory(), 'postgres'));
  await rm(directory(), { recursive: true, force: true, maxRetries: 10 });
  return isOpen;
}
