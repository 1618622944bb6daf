import type pg from 'pg';
import { readQuery } from './query-file.ts';

const verdictQuery = readQuery(import.meta.dirname, 'write-verdicts.sql');

/** One checked fact; the columns of `reconcile.verdict`. */
export interface Verdict {
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly phase: string;
  readonly objectType: string;
  readonly targetKey: string;
  readonly check: string;
  /** The field that does not pass; undefined for the row of the whole object. */
  readonly field?: string;
  readonly evidence: 'count' | 'response' | 'list' | 'fresh_read' | 'dump' | 'query';
  readonly expected?: string | null;
  readonly actual?: string | null;
  readonly verdict:
    | 'passed'
    | 'failed'
    | 'unknown'
    | 'shifted'
    | 'fallback_author'
    | 'truncated'
    | 'merged'
    | 'folded'
    | 'kept_elsewhere';
  readonly reasonCode?: string;
  readonly fieldsChecked?: number;
}

/**
 * Upserts verdicts in one statement. When an object passes a check now, the rows of fields that failed it before are removed:
 * the table holds the current state. Of several verdicts with one key in a call the last counts.
 */
export async function writeVerdicts(client: pg.Pool | pg.ClientBase, verdicts: readonly Verdict[]): Promise<void> {
  if (verdicts.length === 0) return;
  const byKey = new Map(
    verdicts.map((v) => [JSON.stringify([v.workspaceIdCode, v.phase, v.targetKey, v.check, v.field ?? '']), v]),
  );
  const rows = [...byKey.values()].map((v) => ({
    workspace_id_code: v.workspaceIdCode,
    run_id: v.runId,
    phase: v.phase,
    object_type: v.objectType,
    target_key: v.targetKey,
    check_name: v.check,
    field: v.field ?? '',
    evidence: v.evidence,
    expected: v.expected ?? null,
    actual: v.actual ?? null,
    verdict: v.verdict,
    reason_code: v.reasonCode ?? null,
    fields_checked: v.fieldsChecked ?? 1,
  }));
  await client.query(verdictQuery, [JSON.stringify(rows)]);
}
