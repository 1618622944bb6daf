import type pg from 'pg';
import type { Verdict } from '../../platform/verdict-writer.ts';

interface Row {
  phase: string;
  object_type: string;
  target_key: string;
  check_name: string;
  expected: string | null;
  actual: string | null;
  is_passed: boolean;
  reason_code: string | null;
}

/**
 * What the lists of the workspace prove (`reconcile.list_check`): each thing of ours is there, none is there twice by its marker, and, where asked for,
 * fields and links are as written.
 */
export async function listVerdicts(
  pool: pg.Pool,
  request: { readonly workspaceIdCode: string; readonly runId: string; readonly withFields: boolean },
): Promise<Verdict[]> {
  const { rows } = await pool.query<Row>(
    `select phase, object_type, target_key, check_name, expected, actual, is_passed, reason_code
     from reconcile.list_check where workspace_id_code = $1 and (needs_fields = false or $2)
     order by phase, target_key, check_name`,
    [request.workspaceIdCode, request.withFields],
  );
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
