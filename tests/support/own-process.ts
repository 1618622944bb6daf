import { type Intercom, openIntercom } from '../../intercom/client.ts';
import { type Database, openDatabase } from '../../platform/database.ts';
import { openRun, type Run } from '../../platform/run-record.ts';

/** What a process that a test starts, and kills, is given as its one JSON argument; the token comes by the environment. */
export interface ProcessOptions {
  readonly databaseUrl: string;
  readonly intercomUrl: string;
  readonly workspaceIdCode: string;
  readonly timeoutMs: number;
  readonly latenessMs?: number;
  readonly leaseMs?: number;
  readonly searchLagMs: number;
  readonly inFlight: number;
  readonly withChanges?: boolean;
  /** Hash of the plan that a rollback executes. */
  readonly planHash?: string;
}

export interface OwnProcess {
  readonly options: ProcessOptions;
  readonly database: Database;
  readonly intercom: Intercom;
  readonly run: Run;
}

/** Does the work under a run of its own, or continues the unfinished one. Ends with code 1 when it threw. */
export async function inOwnProcess(command: string, work: (process: OwnProcess) => Promise<unknown>): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as ProcessOptions;
  const database = openDatabase(options.databaseUrl);
  const intercom = openIntercom({
    token: process.env.INTERCOM_TOKEN ?? '',
    region: 'us',
    baseUrl: options.intercomUrl,
    timeoutMs: options.timeoutMs,
    latenessMs: options.latenessMs ?? 50,
  });
  const { workspaceIdCode, leaseMs } = options;
  const run = await openRun(database.pool, {
    command,
    workspaceIdCode,
    fingerprint: {},
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });
  try {
    await work({ options, database, intercom, run });
    await run.finish({});
  } catch (error) {
    await run.leave();
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await intercom.close();
    await database.close();
  }
}
