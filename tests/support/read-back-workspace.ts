import { openIntercom } from '../../intercom/client.ts';
import { objectKinds } from '../../load/phases.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { type ReadBackLevel, type ReadBackResult, runReadBack } from '../../reconcile/read-back/run-read-back.ts';
import type { TestWorkspace } from './intercom-workspace.ts';

/** Reads a test workspace back in this process. */
export async function readBack(
  workspace: TestWorkspace,
  level: ReadBackLevel,
  maxCalls = 1_000,
): Promise<ReadBackResult> {
  const { pool } = workspace.database;
  const intercom = openIntercom({ token: workspace.token, region: 'us', baseUrl: workspace.url, timeoutMs: 5_000 });
  const run = await openRun(pool, { command: 'reconcile', workspaceIdCode: workspace.idCode, fingerprint: {} });
  try {
    const result = await runReadBack({
      kinds: objectKinds,
      pool,
      intercom,
      workspaceIdCode: workspace.idCode,
      inFlight: 4,
      level,
      runId: run.runId,
      progress: openProgress('silent'),
      maxCalls,
    });
    await run.finish({});
    return result;
  } finally {
    await run.leave();
    await intercom.close();
  }
}

/** Checks that are red, one line a check: `check field`. */
export async function redChecks(workspace: TestWorkspace): Promise<string[]> {
  const { rows } = await workspace.database.pool.query<{ line: string }>(
    `select distinct target_key || ' ' || check_name as line from reconcile.verdict
     where verdict in ('failed', 'unknown') order by 1`,
  );
  return rows.map((row) => row.line);
}

/** What was changed after the load by somebody, one line a check. */
export async function laterChanges(workspace: TestWorkspace): Promise<string[]> {
  const { rows } = await workspace.database.pool.query<{ line: string }>(
    `select concat_ws(' ', target_key, check_name, field) as line from reconcile.verdict
     where reason_code = 'changed_later' and verdict = 'passed' order by 1`,
  );
  return rows.map((row) => row.line);
}
