import type pg from 'pg';
import type { WorkspaceFacts } from '../../intercom/workspace.ts';
import { RefusedError } from '../../platform/errors.ts';
import { warehouse } from '../../platform/warehouse.ts';

/**
 * Refuses to write unless the token's workspace is the run's, and a person confirmed for this workspace both the mapping and
 * that nobody is notified (invariants 3 and 6). Throws RefusedError.
 */
export async function admitWorkspace(pool: pg.Pool, workspace: WorkspaceFacts, runId: string): Promise<void> {
  const run = await warehouse(pool)
    .selectFrom('ops.run')
    .select('workspace_id_code')
    .where('run_id', '=', runId)
    .execute();
  const expected = run[0]?.workspace_id_code ?? null;
  if (expected !== workspace.idCode) {
    throw new RefusedError(
      `The token belongs to workspace ${workspace.idCode} (${workspace.name}), but run ${runId} writes to ${expected ?? 'none'}.`,
      { stage: 'load', nextStep: 'Use the token of the workspace the run was started for.' },
    );
  }
  const confirmed = await warehouse(pool)
    .selectFrom('ops.confirmation')
    .select('subject')
    .where('workspace_id_code', '=', workspace.idCode)
    .execute();
  const subjects = new Set(confirmed.map((row) => row.subject));
  const missing = (['mapping', 'silence'] as const).filter((subject) => !subjects.has(subject));
  if (missing.length === 0) return;
  const words = { mapping: 'the mapping', silence: 'that nobody outside the workspace is notified' };
  throw new RefusedError(
    `Nobody confirmed ${missing.map((subject) => words[subject]).join(' and ')} for workspace ${workspace.idCode} (${workspace.name}). Nothing was written.`,
    { stage: 'load', nextStep: 'Have the mapping and the silence of this workspace confirmed first.' },
  );
}
