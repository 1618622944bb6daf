import type pg from 'pg';
import type { Verdict } from '../../platform/verdict-writer.ts';
import { warehouse } from '../../platform/warehouse.ts';

/**
 * What the lists of the workspace prove (`reconcile.list_check`): each thing of ours is there, none is there twice by its marker, and, where asked for,
 * fields and links are as written.
 */
export async function listVerdicts(
  pool: pg.Pool,
  request: { readonly workspaceIdCode: string; readonly runId: string; readonly withFields: boolean },
): Promise<Verdict[]> {
  let checks = warehouse(pool)
    .selectFrom('reconcile.list_check')
    .select(['phase', 'object_type', 'target_key', 'check_name', 'expected', 'actual', 'is_passed', 'reason_code'])
    .where('workspace_id_code', '=', request.workspaceIdCode)
    .orderBy('phase')
    .orderBy('target_key')
    .orderBy('check_name');
  if (!request.withFields) checks = checks.where('needs_fields', '=', false);
  const rows = await checks.execute();
  return rows.map((row) => ({
    workspaceIdCode: request.workspaceIdCode,
    runId: request.runId,
    phase: row.phase,
    objectType: row.object_type,
    targetKey: row.target_key,
    check: row.check_name,
    evidence: 'list',
    expected: row.expected,
    actual: row.actual,
    verdict: row.is_passed ? 'passed' : 'failed',
    ...(row.reason_code === null ? {} : { reasonCode: row.reason_code }),
  }));
}
