import type pg from 'pg';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { readUnexplained, type Unexplained } from './unexplained.ts';
import { verifyAttributes } from './verify-attributes.ts';
import { verifyExpectedDifferences } from './verify-expected-differences.ts';

/** One line of `reconcile.count_by_class`. */
export interface ClassCount {
  readonly item_kind: 'object' | 'log_entry';
  readonly class: string;
  readonly itop_count: number | null;
  readonly raw_count: number;
  readonly staged_count: number;
  readonly loaded: number;
  readonly merged: number;
  readonly excluded: number;
  readonly handed_off: number;
  readonly reference: number;
  readonly failed: number;
  readonly blocked: number;
  readonly pending: number;
  readonly deleted_at_source: number;
  readonly difference: number | null;
}

export interface VerdictCount {
  readonly check_name: string;
  readonly evidence: string;
  readonly verdict: string;
  readonly count: number;
}

export interface Reconciliation {
  readonly counts: readonly ClassCount[];
  readonly verdicts: readonly VerdictCount[];
  /** Why it is not green; empty when it is. */
  readonly unexplained: readonly Unexplained[];
}

export interface ReconcileRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly runId: string;
  /** Whether attributes are judged for changed objects alone, as after a delta: the others were judged before. */
  readonly onlyChanged?: boolean;
}

/**
 * Adds up what became of every object, log entry and attribute of a workspace's load and writes one count verdict a class and
 * attribute.
 *
 * Green is what `reconcile.unexplained` says: it has no row of the workspace.
 */
export async function runReconcile(request: ReconcileRequest): Promise<Reconciliation> {
  const { pool, workspaceIdCode, runId, onlyChanged = false } = request;
  await analyzeGrownTables(pool);
  await pool.query('select ops.fold_verdict_tally()');
  await verifyExpectedDifferences(pool, workspaceIdCode, runId);
  await verifyAttributes(pool, { workspaceIdCode, runId, onlyChanged });
  const counts = await readCounts(pool, workspaceIdCode);
  await writeVerdicts(
    pool,
    counts.filter((count) => count.item_kind === 'object').map((count) => countVerdict(count, workspaceIdCode, runId)),
  );
  const verdicts = await pool.query<VerdictCount>(
    `select check_name, evidence, verdict, sum(verdicts)::integer as count
     from reconcile.verdict_tally where workspace_id_code = $1
     group by check_name, evidence, verdict having sum(verdicts) <> 0 order by check_name, evidence, verdict`,
    [workspaceIdCode],
  );
  return { counts, verdicts: verdicts.rows, unexplained: await readUnexplained(pool, { workspaceIdCode }) };
}

async function readCounts(pool: pg.Pool, workspaceIdCode: string): Promise<ClassCount[]> {
  const { rows } = await pool.query<ClassCount>(
    `select item_kind, class, itop_count::integer, raw_count::integer, staged_count::integer, loaded::integer, merged::integer,
            excluded::integer, handed_off::integer, reference::integer, failed::integer, blocked::integer, pending::integer,
            deleted_at_source::integer, difference::integer
     from reconcile.count_by_class where workspace_id_code = $1 order by item_kind desc, class`,
    [workspaceIdCode],
  );
  return rows;
}

function countVerdict(count: ClassCount, workspaceIdCode: string, runId: string): Verdict {
  const accounted = count.itop_count === null || count.difference === null ? null : count.itop_count - count.difference;
  return {
    workspaceIdCode,
    runId,
    phase: 'reconcile',
    objectType: 'class',
    targetKey: count.class,
    check: 'every object has one disposition',
    evidence: 'count',
    expected: count.itop_count === null ? null : String(count.itop_count),
    actual: accounted === null ? null : String(accounted),
    verdict: accounted === null ? 'unknown' : accounted === count.itop_count ? 'passed' : 'failed',
    ...(accounted === null
      ? { reasonCode: 'not_counted' }
      : accounted === count.itop_count
        ? {}
        : { reasonCode: 'count_differs' }),
  };
}
