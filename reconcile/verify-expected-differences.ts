import type pg from 'pg';
import { readQuery } from '../platform/query-file.ts';

const differencesQuery = readQuery(import.meta.dirname, 'write-expected-differences.sql');

/** Verdicts that nothing but this writes. */
const verdicts = ['shifted', 'truncated', 'merged', 'folded'];

/**
 * Writes what is in Intercom in another form than in iTop (`reconcile.expected_difference`) as verdicts of classes of their own:
 * shifted, truncated, merged, folded. What is no longer so is withdrawn; what is unchanged is not written again.
 */
export async function verifyExpectedDifferences(pool: pg.Pool, workspaceIdCode: string, runId: string): Promise<void> {
  await pool.query(differencesQuery, [workspaceIdCode, runId, verdicts]);
}
