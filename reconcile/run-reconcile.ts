import { sql } from 'kysely';
import type pg from 'pg';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { warehouse } from '../platform/warehouse.ts';
import { fates } from './report/fates.ts';
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
  const verdicts = await warehouse(pool)
    .selectFrom('reconcile.verdict_tally')
    .select(['check_name', 'evidence', 'verdict', sql<number>`sum(verdicts)::integer`.as('count')])
    .where('workspace_id_code', '=', workspaceIdCode)
    .groupBy(['check_name', 'evidence', 'verdict'])
    .having(sql`sum(verdicts)`, '<>', sql.lit(0))
    .orderBy('check_name')
    .orderBy('evidence')
    .orderBy('verdict')
    .execute();
  return { counts, verdicts, unexplained: await readUnexplained(pool, { workspaceIdCode }) };
}

async function readCounts(pool: pg.Pool, workspaceIdCode: string): Promise<ClassCount[]> {
  return warehouse(pool)
    .selectFrom('reconcile.count_by_class')
    .select(['item_kind', 'class'])
    .select((row) => [
      row.cast<number | null>('itop_count', 'integer').as('itop_count'),
      ...(['raw_count', 'staged_count', ...fates] as const).map((name) => row.cast<number>(name, 'integer').as(name)),
      row.cast<number | null>('difference', 'integer').as('difference'),
    ])
    .$narrowType<{ item_kind: ClassCount['item_kind'] }>()
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('item_kind', 'desc')
    .orderBy('class')
    .execute();
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
