import { sql } from 'kysely';
import type pg from 'pg';
import { readNames } from '../../itop/record-names.ts';
import { readClock } from '../../platform/clock.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { readUnexplained, type Unexplained } from '../unexplained.ts';
import { type DrawRequest, drawThreads, type SideBySide } from './draw-threads.ts';
import {
  acceptedRows,
  checkRows,
  classRows,
  countOf,
  differenceRows,
  laterChangeRows,
  notLoadedCounts,
  phaseRows,
  rollbackRows,
} from './report-rows.ts';

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** Everything a report says; the page, the JSON and the CSV files are made of it. */
export interface ReportData {
  readonly workspaceIdCode: string;
  readonly workspaceName: string;
  readonly madeAt: string;
  /** Zone of iTop, which the times of threads, acceptances and rollbacks are in. */
  readonly timezone: string;
  readonly seed: string;
  /** What keeps the migration from being green; empty when it is. */
  readonly unexplained: readonly Unexplained[];
  /** Sums over the classes, of objects. */
  readonly totals: Row;
  readonly checks: Row;
  readonly byClass: readonly Row[];
  readonly byPhase: readonly Row[];
  readonly byCheck: readonly Row[];
  readonly months: readonly { readonly month: string; readonly source: number; readonly loaded: number }[];
  readonly callsOverTime: readonly { readonly at: string; readonly calls: number }[];
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** The first of them; all stand in differences.csv. */
  readonly differences: readonly Row[];
  readonly differenceCount: number;
  readonly laterChanges: readonly Row[];
  readonly laterChangeCount: number;
  readonly notLoaded: readonly Row[];
  readonly notChecked: readonly string[];
  readonly accepted: readonly Row[];
  readonly rollbacks: readonly Row[];
  readonly hashes: Readonly<Record<string, string>>;
  readonly threads: readonly SideBySide[];
  /** Names of the records that the page names, by key. */
  readonly names: Readonly<Record<string, string>>;
}

export type ReportRequest = DrawRequest;

/** Rows of a kind that a page shows; more than that nobody reads on a page, and all are in the CSV files. */
export const rowsShown = 40;

export async function collectReport(request: ReportRequest): Promise<ReportData> {
  const { pool, workspaceIdCode } = request;
  const of = [pool, workspaceIdCode] as const;
  const clock = await readClock(pool);
  const workspace = await warehouse(pool)
    .selectFrom('load.workspace')
    .select('name')
    .where('workspace_id_code', '=', workspaceIdCode)
    .executeTakeFirst();
  const byClass = await classRows(...of).execute();
  const byCheck = await checkRows(...of).execute();
  const unexplained = await readUnexplained(pool, { workspaceIdCode });
  const latestRun = await warehouse(pool)
    .selectFrom('ops.run')
    .select('fingerprint_detail')
    .$narrowType<{ fingerprint_detail: Record<string, string> }>()
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('command', '=', 'load')
    .orderBy('run_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const differences = await differenceRows(...of)
    .limit(rowsShown)
    .execute();
  const names = await readNames(pool, [
    ...differences.map((row) => String(row.target_key)),
    ...differences.flatMap(({ expected, actual }) => [expected, actual]).filter(isRecordKey),
    ...unexplained.map((row) => row.example),
  ]);
  return {
    names: Object.fromEntries(names),
    workspaceIdCode,
    workspaceName: workspace?.name ?? workspaceIdCode,
    madeAt: new Date().toISOString(),
    timezone: clock.zone,
    seed: request.seed,
    unexplained,
    totals: sumOf(byClass.filter((row) => row.item_kind === 'object')),
    checks: sumOf(byCheck),
    byClass,
    byPhase: await phaseRows(...of).execute(),
    byCheck,
    months: await ticketsByMonth(...of),
    callsOverTime: await callsOverTime(...of, clock.zone),
    reasons: await differenceReasons(...of),
    differences,
    differenceCount: await countOf(pool, differenceRows(...of)),
    laterChanges: await laterChangeRows(...of)
      .limit(rowsShown)
      .execute(),
    laterChangeCount: await countOf(pool, laterChangeRows(...of)),
    notLoaded: await notLoadedCounts(...of).execute(),
    notChecked: await notChecked(pool, workspaceIdCode),
    accepted: await acceptedRows(...of, clock.zone).execute(),
    rollbacks: await rollbackRows(...of, clock.zone).execute(),
    hashes: latestRun?.fingerprint_detail ?? {},
    threads: await drawThreads(request, clock),
  };
}

/** Tickets by the month in which they were opened in iTop, and how many of them are in Intercom. */
async function ticketsByMonth(pool: pg.Pool, workspaceIdCode: string): Promise<ReportData['months']> {
  return warehouse(pool)
    .selectFrom('staging.ticket as t')
    .crossJoin('ops.setting as s')
    .leftJoin('load.identity as i', (join) =>
      join
        .on('i.workspace_id_code', '=', workspaceIdCode)
        .on('i.target_type', '=', 'conversation_state')
        .onRef('i.target_key', '=', 't.ticket_key'),
    )
    .select([
      sql<string>`coalesce(to_char(t.started_at at time zone s.timezone, 'YYYY-MM'), 'none')`.as('month'),
      sql<number>`count(*)::integer`.as('source'),
      sql<number>`count(i.target_key)::integer`.as('loaded'),
    ])
    .groupBy('month')
    .orderBy('month')
    .execute();
}

async function callsOverTime(
  pool: pg.Pool,
  workspaceIdCode: string,
  zone: string,
): Promise<ReportData['callsOverTime']> {
  const { rows } = await pool.query<{ at: string; calls: number }>(
    `with span as (
       select min(intent_at) as first, greatest(interval '1 second', (max(intent_at) - min(intent_at)) / 40) as width
       from load.journal where workspace_id_code = $1
     )
     select to_char(bin at time zone $2, 'YYYY-MM-DD HH24:MI:SS') as at, calls
     from (
       select date_bin(width, intent_at, first) as bin, count(*)::integer as calls
       from load.journal cross join span where workspace_id_code = $1 group by 1
     ) as binned
     order by bin`,
    [workspaceIdCode, zone],
  );
  return rows;
}

function differenceReasons(pool: pg.Pool, workspaceIdCode: string): Promise<{ reason: string; count: number }[]> {
  return warehouse(pool)
    .selectFrom('reconcile.difference')
    .select((row) => row.fn.coalesce('reason_code', 'verdict').as('reason'))
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('field', '=', '')
    .groupBy('reason')
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute();
}

/** Sums of the number columns of some rows. */
function sumOf(rows: readonly Row[]): Row {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row))
      if (typeof value === 'number') sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}

async function notChecked(pool: pg.Pool, workspaceIdCode: string): Promise<string[]> {
  const { rows } = await pool.query<{
    classes: string | null;
    unread: number;
    total: number;
    unseen: boolean;
    unfrozen: boolean;
  }>(
    `select
       (select string_agg(class, ', ' order by class) from reconcile.count_by_class
        where workspace_id_code = $1 and item_kind = 'object' and itop_count is null) as classes,
       (select count(*)::integer from load.identity i where i.workspace_id_code = $1 and i.target_type = 'conversation_state'
          and not exists (select from reconcile.verdict v where v.workspace_id_code = $1 and v.phase = 'conversations'
            and v.target_key = i.target_key and v.check_name = 'read back: conversation is there' and v.evidence = 'fresh_read')) as unread,
       (select count(*)::integer from load.identity where workspace_id_code = $1 and target_type = 'conversation_state') as total,
       not exists (select from reconcile.observation where workspace_id_code = $1) as unseen,
       not exists (select from reconcile.verdict where workspace_id_code = $1 and phase = 'freeze') as unfrozen`,
    [workspaceIdCode],
  );
  const facts = rows[0];
  if (facts === undefined) return [];
  return [
    ...(facts.classes === null ? [] : [`iTop was not asked for its own count of: ${facts.classes}.`]),
    ...(facts.unread === 0
      ? []
      : [
          `${facts.unread} of ${facts.total} conversations were not read afresh: their checks rest on the answers of the load (reconcile --level full reads them).`,
        ]),
    ...(facts.unseen ? ['The lists of the workspace were not read: objects that nobody loaded are not known.'] : []),
    ...(facts.unfrozen ? ['Whether iTop changed after it was extracted: "freeze" was not run.'] : []),
    'The bytes of files in Intercom: their names, types and sizes are compared.',
    'Notifications cannot be seen over the API: that nobody was notified rests on the canary, and on no bot having written.',
    'Bodies are compared as a reader sees them: Intercom normalises their HTML.',
  ];
}

const isRecordKey = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z]\w*::\d+$/.test(value);
