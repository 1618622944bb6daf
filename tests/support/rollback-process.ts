import { openIntercom } from '../../intercom/client.ts';
import { openDatabase } from '../../platform/database.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { executeRollback } from '../../reconcile/rollback/execute-rollback.ts';
import type { LoadProcessOptions } from './load-process.ts';

/** The execution of a rollback as a process of its own, to be killed by a test; arguments: options as JSON, hash of the plan. */
const options = JSON.parse(process.argv[2] ?? '') as LoadProcessOptions;
const database = openDatabase(options.databaseUrl);
const intercom = openIntercom({
  token: process.env.INTERCOM_TOKEN ?? '',
  region: 'us',
  baseUrl: options.intercomUrl,
  timeoutMs: options.timeoutMs,
});
const run = await openRun(database.pool, {
  command: 'rollback',
  workspaceIdCode: options.workspaceIdCode,
  fingerprint: {},
});
try {
  await executeRollback({
    pool: database.pool,
    intercom,
    workspaceIdCode: options.workspaceIdCode,
    run,
    hash: process.argv[3] ?? '',
    inFlight: options.inFlight,
    progress: openProgress('silent'),
    firstWaitMs: 20,
  });
  await run.finish({});
} catch (error) {
  await run.leave();
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
} finally {
  await intercom.close();
  await database.close();
}
