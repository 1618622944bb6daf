import { hostname } from 'node:os';
import { sql } from 'kysely';
import type pg from 'pg';
import { livingProcesses } from '../../platform/process-lease.ts';
import { readQuery } from '../../platform/query-file.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';

const factsQuery = readQuery(import.meta.dirname, 'status-facts.sql');

export interface RunningProcess {
  readonly command: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
}

export interface UnfinishedRun {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
}

export interface PhaseBacklog {
  readonly phase: string;
  readonly total: number;
  readonly complete: number;
  readonly failed: number;
  readonly blocked: number;
  readonly waiting: number;
}

/** What is stuck for one reason, without what a person accepted; reason and next step are those of the object that is named. */
export interface StuckReason {
  readonly phase: string | null;
  readonly state: string;
  readonly reason_code: string | null;
  readonly target_key: string | null;
  readonly reason: string;
  readonly next_step: string;
  readonly count: number;
}

export interface WorkspaceStatus {
  readonly workspaceIdCode: string;
  readonly name: string;
  readonly isPaused: boolean;
  readonly alarm: { readonly reason: string; readonly nextStep: string; readonly at: Date } | undefined;
  readonly backlog: readonly PhaseBacklog[];
  readonly stuck: readonly StuckReason[];
  /** Calls answered in the last minute. */
  readonly callsLastMinute: number;
  /** Seconds until everything is tried, by the pace of the last minute; undefined when nothing is being loaded. */
  readonly secondsLeft: number | undefined;
  readonly confirmations: readonly { readonly subject: string; readonly by: string; readonly at: Date }[];
  /** Messages in our conversations that the tool did not write. */
  readonly foreignParts: number;
  readonly keptEdits: number;
}

export interface Status {
  readonly running: readonly RunningProcess[];
  readonly unfinished: readonly UnfinishedRun[];
  readonly changedObjects: number;
  readonly workspaces: readonly WorkspaceStatus[];
}

/** What an operator asks: is anything running and where, what is stuck and why, when is it done, is anybody being mailed. */
export async function readStatus(pool: pg.Pool): Promise<Status> {
  const living = await livingProcesses(pool, '0');
  const running = await warehouse(pool)
    .selectFrom('ops.process as p')
    .innerJoin('ops.run as r', 'r.run_id', 'p.run_id')
    .select(['r.command', 'p.host', 'p.pid', 'p.started_at'])
    .where(sql<boolean>`p.process_id = any (${living}::bigint[])`)
    .orderBy('p.started_at')
    .execute();
  const unfinished = await warehouse(pool)
    .selectFrom('ops.run')
    .select(['run_id', 'command', 'started_at'])
    .where('state', '=', 'running')
    .orderBy('run_id')
    .execute();
  const changed = await warehouse(pool)
    .selectFrom('ops.changed_object')
    .select(sql<number>`count(distinct source_key)::integer`.as('count'))
    .execute();
  const workspaces = await warehouse(pool)
    .selectFrom('load.workspace')
    .select(['workspace_id_code', 'name'])
    .orderBy('seen_at', 'desc')
    .execute();
  return {
    running: running.map((row) => ({
      command: row.command,
      host: row.host === hostname() ? 'this machine' : row.host,
      pid: row.pid,
      startedAt: row.started_at,
    })),
    unfinished: unfinished.map((row) => ({ runId: row.run_id, command: row.command, startedAt: row.started_at })),
    changedObjects: changed[0]?.count ?? 0,
    workspaces: await Promise.all(workspaces.map((row) => readWorkspace(pool, row.workspace_id_code, row.name))),
  };
}

async function readWorkspace(pool: pg.Pool, workspaceIdCode: string, name: string): Promise<WorkspaceStatus> {
  const db = warehouse(pool);
  const backlog = await db
    .selectFrom('reconcile.load_backlog')
    .select(['phase', 'total', 'complete', 'failed', 'blocked', 'waiting'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('position')
    .execute();
  const ofFirst = (column: string) => sql`(array_agg(${sql.ref(column)} order by target_key))[1]`;
  const stuck = await db
    .selectFrom('reconcile.load_error')
    .select(['phase', 'state', 'reason_code', rowCount.as('count')])
    .select((of) => [
      of.fn.min('target_key').as('target_key'),
      ofFirst('reason').$castTo<string>().as('reason'),
      ofFirst('next_step').$castTo<string>().as('next_step'),
    ])
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('is_accepted', '=', false)
    .groupBy(['phase', 'state', 'reason_code'])
    .orderBy(sql`count(*)`, 'desc')
    .limit(20)
    .execute();
  const facts = await pool.query<{
    is_paused: boolean;
    alarm: string | null;
    alarm_step: string | null;
    alarm_at: Date | null;
    calls: number;
    completed: number;
    foreign_parts: number;
    kept_edits: number;
  }>(factsQuery, [workspaceIdCode]);
  const confirmations = await db
    .selectFrom('ops.confirmation')
    .select(['subject', 'confirmed_by as by', 'confirmed_at as at'])
    .where('workspace_id_code', '=', workspaceIdCode)
    .orderBy('subject')
    .execute();
  const fact = facts.rows[0];
  const waiting = backlog.reduce((sum, phase) => sum + phase.waiting, 0);
  const completed = fact?.completed ?? 0;
  return {
    workspaceIdCode,
    name,
    isPaused: fact?.is_paused ?? false,
    alarm:
      fact?.alarm === null || fact?.alarm === undefined
        ? undefined
        : { reason: fact.alarm, nextStep: fact.alarm_step ?? '', at: fact.alarm_at ?? new Date() },
    backlog: backlog.filter((phase) => phase.total > 0),
    stuck,
    callsLastMinute: fact?.calls ?? 0,
    secondsLeft: waiting > 0 && completed > 0 ? Math.round((waiting / completed) * 60) : undefined,
    confirmations,
    foreignParts: fact?.foreign_parts ?? 0,
    keptEdits: fact?.kept_edits ?? 0,
  };
}
