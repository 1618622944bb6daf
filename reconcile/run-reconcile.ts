import type pg from 'pg';
import { analyzeGrownTables } from '../platform/statistics.ts';
import { type Verdict, writeVerdicts } from '../platform/verdict-writer.ts';
import { judgeForeseen } from './judge-foreseen.ts';

/** One line of `reconcile.count_by_class`. */
export interface ClassCount {
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
  /** Why it is not green, one sentence each; empty when it is. */
  readonly unexplained: readonly string[];
}

export interface ReconcileRequest {
  readonly pool: pg.Pool;
  readonly workspaceIdCode: string;
  readonly runId: string;
}

/**
 * Adds up what became of every object and log entry of a workspace's load and writes one count verdict a class.
 *
 * Green means: every object that iTop counted has exactly one disposition, nothing failed, is blocked or pending, and no
 * verdict is failed or unknown.
 */
export async function runReconcile({ pool, workspaceIdCode, runId }: ReconcileRequest): Promise<Reconciliation> {
  await analyzeGrownTables(pool);
  await pool.query('select ops.fold_verdict_tally()');
  await judgeForeseen(pool, workspaceIdCode, runId);
  const counts = await readCounts(pool, workspaceIdCode);
  await writeVerdicts(
    pool,
    counts.map((count) => countVerdict(count, workspaceIdCode, runId)),
  );
  const entries = await readEntryCounts(pool, workspaceIdCode);
  const verdicts = await pool.query<VerdictCount>(
    `select check_name, evidence, verdict, sum(verdicts)::integer as count
     from reconcile.verdict_tally where workspace_id_code = $1
     group by check_name, evidence, verdict having sum(verdicts) <> 0 order by check_name, evidence, verdict`,
    [workspaceIdCode],
  );
  const unaccepted = await pool.query<VerdictCount>(
    `select check_name, evidence, verdict, count(*)::integer as count
     from reconcile.difference where workspace_id_code = $1 and is_failure and not is_accepted
     group by check_name, evidence, verdict order by check_name, evidence, verdict`,
    [workspaceIdCode],
  );
  const all = [...counts, ...entries];
  const areFailuresAccepted = await everyFailureIsAccepted(pool, workspaceIdCode);
  return {
    counts: all,
    verdicts: verdicts.rows,
    unexplained: [
      ...all.flatMap((count) => unexplainedOf(count, areFailuresAccepted)),
      ...unaccepted.rows.map(unexplainedVerdict),
    ],
  };
}

/** True when there are objects that could not be loaded and a person accepted each of them. */
async function everyFailureIsAccepted(pool: pg.Pool, workspaceIdCode: string): Promise<boolean> {
  const { rows } = await pool.query<{ unaccepted: number; accepted: number }>(
    `select coalesce(sum(unaccepted_failures), 0)::integer as unaccepted, coalesce(sum(accepted), 0)::integer as accepted
     from reconcile.gate where workspace_id_code = $1`,
    [workspaceIdCode],
  );
  return rows[0]?.unaccepted === 0 && rows[0].accepted > 0;
}

async function readCounts(pool: pg.Pool, workspaceIdCode: string): Promise<ClassCount[]> {
  const { rows } = await pool.query<ClassCount>(
    `select class, itop_count::integer, raw_count::integer, staged_count::integer, loaded::integer, merged::integer,
            excluded::integer, handed_off::integer, reference::integer, failed::integer, blocked::integer, pending::integer,
            deleted_at_source::integer, difference::integer
     from reconcile.count_by_class where workspace_id_code = $1 order by class`,
    [workspaceIdCode],
  );
  return rows;
}

/** Log entries have no count of iTop's own: they are counted from raw. */
async function readEntryCounts(pool: pg.Pool, workspaceIdCode: string): Promise<ClassCount[]> {
  const { rows } = await pool.query<ClassCount>(
    `select class || ' log entries' as class, null::integer as itop_count, count(*)::integer as raw_count,
            count(*) filter (where target_type = 'part' and disposition <> 'excluded')::integer as staged_count,
            count(*) filter (where disposition = 'loaded')::integer as loaded,
            count(*) filter (where disposition = 'merged')::integer as merged,
            count(*) filter (where disposition = 'excluded')::integer as excluded,
            count(*) filter (where disposition = 'handed_off')::integer as handed_off,
            count(*) filter (where disposition = 'reference')::integer as reference,
            count(*) filter (where disposition = 'failed')::integer as failed,
            count(*) filter (where disposition = 'blocked')::integer as blocked,
            count(*) filter (where disposition = 'pending')::integer as pending,
            count(*) filter (where disposition = 'deleted at source')::integer as deleted_at_source,
            (count(*) - count(*) filter (where disposition in
              ('loaded', 'merged', 'excluded', 'handed_off', 'reference', 'failed', 'blocked', 'pending', 'deleted at source')))::integer as difference
     from reconcile.disposition where workspace_id_code = $1 and item_kind = 'log_entry' group by class order by class`,
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

function unexplainedOf(count: ClassCount, areFailuresAccepted: boolean): string[] {
  const facts: [number | null, string][] = [
    [count.difference, "are in iTop's count and have no disposition"],
    [areFailuresAccepted ? 0 : count.failed, "failed: select * from load.outcome where state = 'failed'"],
    [
      areFailuresAccepted ? 0 : count.blocked,
      "are blocked by something that failed: select * from load.outcome where state = 'blocked'",
    ],
    [
      count.pending,
      `are pending: select reason, count(*) from reconcile.disposition where class = '${count.class.replace(' log entries', '')}' and disposition = 'pending' group by 1`,
    ],
  ];
  return facts.flatMap(([number, what]) =>
    number === null || number === 0 ? [] : [`${number} ${count.class} ${what}`],
  );
}

function unexplainedVerdict(count: VerdictCount): string {
  const query = `select * from reconcile.difference where check_name = '${count.check_name}' and verdict = '${count.verdict}' and not is_accepted`;
  return `${count.count} verdicts of "${count.check_name}" (${count.evidence}) are ${count.verdict}: ${query}`;
}
