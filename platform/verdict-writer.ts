import type pg from 'pg';

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
  await client.query(
    `with incoming as materialized (
       select * from jsonb_populate_recordset(null::reconcile.verdict, $1::jsonb)
     ), cleared as (
       delete from reconcile.verdict old using incoming v
       where v.field = ''
         and (old.workspace_id_code, old.phase, old.target_key, old.check_name) = (v.workspace_id_code, v.phase, v.target_key, v.check_name)
         and old.field <> ''
         and not exists (
           select from incoming i
           where (i.workspace_id_code, i.phase, i.target_key, i.check_name, i.field)
               = (old.workspace_id_code, old.phase, old.target_key, old.check_name, old.field))
     )
     insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field,
                                    evidence, expected, actual, verdict, reason_code, fields_checked)
     select workspace_id_code, run_id, phase, object_type, target_key, check_name, field,
            evidence, expected, actual, verdict, reason_code, fields_checked
     from incoming
     on conflict (workspace_id_code, phase, target_key, check_name, field) do update
     set run_id = excluded.run_id, object_type = excluded.object_type, evidence = excluded.evidence, expected = excluded.expected,
         actual = excluded.actual, verdict = excluded.verdict, reason_code = excluded.reason_code,
         fields_checked = excluded.fields_checked, decided_at = clock_timestamp()`,
    [JSON.stringify(rows)],
  );
}
