import { openIntercom } from '../../intercom/client.ts';
import { objectKinds } from '../../load/phases.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { executeRollback, type RollbackResult } from '../../reconcile/rollback/execute-rollback.ts';
import { planRollback, type RollbackPlan, type RollbackScope } from '../../reconcile/rollback/plan-rollback.ts';
import type { DumpedObject, TestWorkspace } from './intercom-workspace.ts';

/** Plans a rollback in this process. */
export async function plan(workspace: TestWorkspace, scope: RollbackScope = {}): Promise<RollbackPlan> {
  const intercom = openIntercom({ token: workspace.token, region: 'us', baseUrl: workspace.url, timeoutMs: 5_000 });
  try {
    return await planRollback({
      kinds: objectKinds,
      pool: workspace.database.pool,
      intercom,
      workspaceIdCode: workspace.idCode,
      inFlight: 4,
      scope,
      retainMetrics: true,
    });
  } finally {
    await intercom.close();
  }
}

/** Executes a plan in this process. */
export async function execute(workspace: TestWorkspace, hash: string): Promise<RollbackResult> {
  const intercom = openIntercom({ token: workspace.token, region: 'us', baseUrl: workspace.url, timeoutMs: 5_000 });
  const { pool } = workspace.database;
  const run = await openRun(pool, { command: 'rollback', workspaceIdCode: workspace.idCode, fingerprint: {} });
  try {
    const result = await executeRollback({
      kinds: objectKinds,
      pool,
      intercom,
      workspaceIdCode: workspace.idCode,
      run,
      hash,
      inFlight: 4,
      progress: openProgress('silent'),
      firstWaitMs: 10,
    });
    await run.finish({});
    return result;
  } finally {
    await run.leave();
    await intercom.close();
  }
}

/** Live objects as the dump shows them, without times of now and without archived attributes, which a rollback announces. */
export function liveObjects(dump: readonly DumpedObject[]): unknown[] {
  return dump
    .filter((object) => object.archived !== true)
    .map(({ updated_at: _, ...object }) => object)
    .sort((a, b) => `${a.type} ${a.id}`.localeCompare(`${b.type} ${b.id}`));
}

export function archivedNames(dump: readonly DumpedObject[]): string[] {
  return dump.filter((object) => object.archived === true).map((object) => String(object.name));
}
