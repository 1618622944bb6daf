import { type SelectQueryBuilder, sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

/** Verdicts of what differs from iTop by a rule: not equal, and no fault. */
export const verdictsByRule = [
  'shifted',
  'fallback_author',
  'truncated',
  'merged',
  'folded',
  'kept_elsewhere',
] as const;

const checkNumbers = ['checks', 'fields_checked', 'passed', 'failed', 'unknown', ...verdictsByRule] as const;

/** How the checks of a workspace ended, by check. */
export function checkRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.verdict_by_check')
    .select(['phase', 'check_name', 'evidence'])
    .select((row) => checkNumbers.map((name) => row.cast<number>(name, 'integer').as(name)))
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('phase')
    .orderBy('check_name')
    .orderBy('evidence');
}

const classNumbers = [
  'itop_count',
  'raw_count',
  'loaded',
  'merged',
  'excluded',
  'handed_off',
  'reference',
  'failed',
  'blocked',
  'pending',
  'deleted_at_source',
  'difference',
] as const;

/** What became of the objects and log entries of each class. */
export function classRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.count_by_class')
    .select(['item_kind', 'class'])
    .select((row) => classNumbers.map((name) => row.cast<number | null>(name, 'integer').as(name)))
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('item_kind', 'desc')
    .orderBy('class');
}

const phaseNumbers = ['loaded', 'created', 'linked', 'failed', 'blocked'] as const;

/** What each phase did, and whether its gate is open. */
export function phaseRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.count_by_phase as c')
    .innerJoin('reconcile.gate as g', (join) =>
      join.onRef('g.workspace_id_code', '=', 'c.workspace_id_code').onRef('g.phase', '=', 'c.phase'),
    )
    .select(['c.phase', 'g.is_open as gate_open', 'g.reason'])
    .select((row) => phaseNumbers.map((name) => row.cast<number>(`c.${name}`, 'integer').as(name)))
    .where('c.workspace_id_code', '=', workspaceIdCode)
    .orderBy('c.position');
}

/** What was found in Intercom otherwise than it was sent. */
export function differenceRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.difference')
    .select([
      'phase',
      'source_key',
      'target_key',
      'check_name',
      'field',
      'verdict',
      'reason_code',
      'expected',
      'actual',
    ])
    .select(['evidence', 'is_failure', 'accepted_by', 'accepted_reason'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('is_failure', 'desc')
    .orderBy('phase')
    .orderBy('target_key')
    .orderBy('check_name')
    .orderBy('field');
}

/** Fields that somebody changed in Intercom after they were loaded. */
export function laterChangeRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.verdict')
    .select(['source_key', 'target_key', 'check_name', 'field', 'expected as loaded', 'actual as now'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('reason_code', '=', 'changed_later')
    .where('field', '<>', '')
    .orderBy('target_key')
    .orderBy('check_name')
    .orderBy('field');
}

/** Objects and log entries that are not in Intercom, and why. */
export function notLoadedRows(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.disposition')
    .select(['item_key', 'item_kind', 'class', 'disposition', 'reason', 'target_type', 'target_key'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('disposition', '<>', 'loaded')
    .orderBy('disposition')
    .orderBy('class')
    .orderBy('item_key');
}

/** The same, counted by class and reason; more than 500 nobody reads on a page. */
export function notLoadedCounts(pool: pg.Pool, workspaceIdCode: string) {
  return warehouse(pool)
    .selectFrom('reconcile.disposition')
    .select(['class', 'item_kind as kind', 'disposition', 'reason'])
    .select((row) => [sql<number>`count(*)::integer`.as('count'), row.fn.min('item_key').as('example')])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('disposition', '<>', 'loaded')
    .groupBy(['class', 'item_kind', 'disposition', 'reason'])
    .orderBy('disposition')
    .orderBy('class')
    .orderBy(sql`count(*)`, 'desc')
    .limit(500);
}

/** Differences that a person accepted; those of one command are one row. */
export function acceptedRows(pool: pg.Pool, workspaceIdCode: string, zone: string) {
  return warehouse(pool)
    .selectFrom('reconcile.accepted_difference')
    .select(['phase', 'kind', 'check_name', 'accepted_by', 'reason'])
    .select(
      sql<string>`min(target_key) || case count(distinct target_key) when 1 then '' else format(' and %s others', count(distinct target_key) - 1) end`.as(
        'target_key',
      ),
    )
    .select(sql<number>`count(distinct target_key)::integer`.as('count'))
    .select(minuteOf('accepted_at', zone).as('accepted_at'))
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('withdrawn_at', 'is', null)
    .groupBy(['phase', 'kind', 'check_name', 'accepted_by', 'reason', 'accepted_at'])
    .orderBy(sql`min(acceptance_id)`);
}

/** Rollbacks that were executed, with what became of their items. */
export function rollbackRows(pool: pg.Pool, workspaceIdCode: string, zone: string) {
  const countOf = (state: string) =>
    sql<number>`count(*) filter (where i.state = ${sql.lit(state)})::integer`.as(state);
  return warehouse(pool)
    .selectFrom('reconcile.rollback_plan as p')
    .leftJoin('reconcile.rollback_item as i', 'i.plan_id', 'p.plan_id')
    .select(['p.hash as plan', 'p.state', minuteOf('p.planned_at', zone).as('planned_at')])
    .select([countOf('done'), countOf('kept'), countOf('failed')])
    .where('p.workspace_id_code', '=', workspaceIdCode)
    .where('p.state', '<>', 'planned')
    .groupBy('p.plan_id')
    .orderBy('p.plan_id');
}

const minuteOf = (column: string, zone: string) =>
  sql<string>`to_char(${sql.ref(column)} at time zone ${zone}, 'YYYY-MM-DD HH24:MI')`;

/** How many rows a query gives. */
export async function countOf(pool: pg.Pool, rows: SelectQueryBuilder<Warehouse, never, unknown>): Promise<number> {
  const { count } = await warehouse(pool)
    .selectFrom(rows.clearOrderBy().as('counted'))
    .select(sql<number>`count(*)::integer`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
