import { openIntercom } from '../../intercom/client.ts';
import { runLoad } from '../../load/run-load.ts';
import { openDatabase } from '../../platform/database.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { workloadBlobs } from './load-workload.ts';

/**
 * A loader as a process of its own, to be killed by a test: takes one JSON argument, prints the result as one line and
 * ends with code 1 when the load threw.
 */
export interface LoadProcessOptions {
  readonly databaseUrl: string;
  readonly intercomUrl: string;
  readonly workspaceIdCode: string;
  readonly timeoutMs: number;
  readonly searchLagMs: number;
  readonly inFlight: number;
  readonly withChanges?: boolean;
}

const options = JSON.parse(process.argv[2] ?? '') as LoadProcessOptions;
const database = openDatabase(options.databaseUrl);
const intercom = openIntercom({
  token: process.env.INTERCOM_TOKEN ?? '',
  region: 'us',
  baseUrl: options.intercomUrl,
  timeoutMs: options.timeoutMs,
});
const run = await openRun(database.pool, {
  command: 'load',
  workspaceIdCode: options.workspaceIdCode,
  fingerprint: { workload: 'the same' },
});
try {
  const result = await runLoad({
    settings: {
      in_flight: options.inFlight,
      search_lag_ms: options.searchLagMs,
      reserve_share: 0,
      body_limit_bytes: 2_000_000,
      assign_closed: 'agent',
    },
    pool: database.pool,
    intercom,
    blobs: workloadBlobs,
    run,
    progress: openProgress('silent'),
    patience: { attempts: 4, firstWaitMs: 20 },
    withChanges: options.withChanges ?? false,
  });
  await run.finish({});
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  await run.leave();
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
} finally {
  await intercom.close();
  await database.close();
}
