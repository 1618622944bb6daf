import type pg from 'pg';
import { readClock } from '../../platform/clock.ts';
import { readNames } from '../../platform/record-names.ts';
import { readUnexplained, type Unexplained } from '../unexplained.ts';
import { type DrawRequest, drawThreads, type SideBySide } from './draw-threads.ts';

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

/** Differences, and not loaded objects: queries of the page's first rows and of the whole CSV files alike. */
export const differenceQuery = `
  select phase, source_key, target_key, check_name, field, verdict, reason_code, expected, actual, evidence,
         is_failure, accepted_by, accepted_reason
  from reconcile.difference where workspace_id_code = $1
  order by is_failure desc, phase, target_key, check_name, field`;
export const dispositionQuery = `
  select item_key, item_kind, class, disposition, reason, target_type, target_key
  from reconcile.disposition where workspace_id_code = $1 and disposition <> 'loaded'
  order by disposition, class, item_key`;

export async function collectReport(request: ReportRequest): Promise<ReportData> {
  const { pool, workspaceIdCode } = request;
  const rows = async <T extends object = Row>(query: string, values: readonly unknown[] = [workspaceIdCode]) =>
    (await pool.query<T & pg.QueryResultRow>(query, [...values])).rows;
  const clock = await readClock(pool);
  const inZone = [workspaceIdCode, clock.zone];
  const workspace = await rows<{ name: string }>('select name from load.workspace where workspace_id_code = $1');
  const byClass = await rows(
    `select item_kind, class, itop_count::integer, raw_count::integer, loaded::integer, merged::integer, excluded::integer,
            handed_off::integer, reference::integer, failed::integer, blocked::integer, pending::integer,
            deleted_at_source::integer, difference::integer
     from reconcile.count_by_class where workspace_id_code = $1 order by item_kind desc, class`,
  );
  const byCheck = await rows(
    `select phase, check_name, evidence, checks::integer, fields_checked::integer, passed::integer, failed::integer,
            unknown::integer, shifted::integer, fallback_author::integer, truncated::integer, merged::integer, folded::integer, kept_elsewhere::integer
     from reconcile.verdict_by_check where workspace_id_code = $1 order by phase, check_name, evidence`,
  );
  const unexplained = await readUnexplained(pool, { workspaceIdCode });
  const differenceCount = await rows<{ count: number }>(
    `select count(*)::integer as count
     from reconcile.difference where workspace_id_code = $1`,
  );
  const laterCount = await rows<{ count: number }>(
    `select count(*)::integer as count from reconcile.verdict
     where workspace_id_code = $1 and reason_code = 'changed_later' and field <> ''`,
  );
  const latestRun = await rows<{ detail: Record<string, string> }>(
    `select fingerprint_detail as detail from ops.run where workspace_id_code = $1 and command = 'load' order by run_id desc limit 1`,
  );
  const differences = await rows(`${differenceQuery} limit ${rowsShown}`);
  const names = await readNames(pool, [
    ...differences.map((row) => String(row.target_key)),
    ...unexplained.map((row) => row.example),
  ]);
  return {
    names: Object.fromEntries(names),
    workspaceIdCode,
    workspaceName: workspace[0]?.name ?? workspaceIdCode,
    madeAt: new Date().toISOString(),
    timezone: clock.zone,
    seed: request.seed,
    unexplained,
    totals: sumOf(byClass.filter((row) => row.item_kind === 'object')),
    checks: sumOf(byCheck),
    byClass,
    byPhase: await rows(
      `select c.phase, c.loaded::integer, c.created::integer, c.linked::integer, c.failed::integer, c.blocked::integer,
              g.is_open as gate_open, g.reason
       from reconcile.count_by_phase c join reconcile.gate g using (workspace_id_code, phase)
       where c.workspace_id_code = $1 order by c.position`,
    ),
    byCheck,
    months: await rows<{ month: string; source: number; loaded: number }>(
      `select coalesce(to_char(t.started_at at time zone s.timezone, 'YYYY-MM'), 'none') as month, count(*)::integer as source, count(i.target_key)::integer as loaded
       from staging.ticket t
       cross join ops.setting s
       left join load.identity i
         on i.workspace_id_code = $1 and i.target_type = 'conversation_state' and i.target_key = t.ticket_key
       group by 1 order by 1`,
    ),
    callsOverTime: await rows<{ at: string; calls: number }>(
      `with span as (
         select min(intent_at) as first, greatest(interval '1 second', (max(intent_at) - min(intent_at)) / 40) as width
         from load.journal where workspace_id_code = $1
       )
       select to_char(date_bin(width, intent_at, first) at time zone $2, 'YYYY-MM-DD HH24:MI:SS') as at, count(*)::integer as calls
       from load.journal cross join span where workspace_id_code = $1 group by 1 order by 1`,
      inZone,
    ),
    reasons: await rows<{ reason: string; count: number }>(
      `select coalesce(reason_code, verdict) as reason, count(*)::integer as count
       from reconcile.difference where workspace_id_code = $1 and field = '' group by 1 order by 2 desc, 1`,
    ),
    differences,
    differenceCount: differenceCount[0]?.count ?? 0,
    laterChanges: await rows(
      `select source_key, target_key, check_name, field, expected as loaded, actual as now
       from reconcile.verdict where workspace_id_code = $1 and reason_code = 'changed_later' and field <> ''
       order by target_key, field limit ${rowsShown}`,
    ),
    laterChangeCount: laterCount[0]?.count ?? 0,
    notLoaded: await rows(
      `select class, item_kind as kind, disposition, reason, count(*)::integer as count, min(item_key) as example
       from reconcile.disposition where workspace_id_code = $1 and disposition <> 'loaded'
       group by class, item_kind, disposition, reason order by disposition, class, count(*) desc limit 500`,
    ),
    notChecked: await notChecked(pool, workspaceIdCode),
    accepted: await rows(
      `select phase, kind, check_name, target_key, accepted_by, reason, to_char(accepted_at at time zone $2, 'YYYY-MM-DD HH24:MI') as accepted_at
       from reconcile.accepted_difference where workspace_id_code = $1 and withdrawn_at is null order by acceptance_id`,
      inZone,
    ),
    rollbacks: await rows(
      `select p.hash as plan, p.state, to_char(p.planned_at at time zone $2, 'YYYY-MM-DD HH24:MI') as planned_at,
              count(*) filter (where i.state = 'done')::integer as done, count(*) filter (where i.state = 'kept')::integer as kept,
              count(*) filter (where i.state = 'failed')::integer as failed
       from reconcile.rollback_plan p left join reconcile.rollback_item i using (plan_id)
       where p.workspace_id_code = $1 and p.state <> 'planned' group by p.plan_id order by p.plan_id`,
      inZone,
    ),
    hashes: latestRun[0]?.detail ?? {},
    threads: await drawThreads(request, clock),
  };
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
