import { sql } from 'kysely';
import type pg from 'pg';
import { readQuery } from '../../platform/query-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { forecastThreads } from '../conversation/forecast-threads.ts';
import { pendingQuery } from '../engine/phase.ts';
import { objects } from '../object/objects.ts';

const growthQuery = readQuery(import.meta.dirname, 'growth.sql');

export interface PhaseForecast {
  readonly phase: string;
  readonly objects: number;
  /** Calls still to be made. */
  readonly calls: number;
  readonly bytes: number;
}

export interface Forecast {
  readonly phases: readonly PhaseForecast[];
  readonly calls: number;
  readonly bytesSent: number;
  /** Every answer to a reply repeats the thread so far. */
  readonly bytesReceived: number;
  readonly callsPerSecond: number;
  /** Where the pace comes from. */
  readonly paceFrom: 'observed' | 'assumed';
  readonly secondsPerCall: number;
  readonly latencyFrom: 'observed' | 'assumed';
  readonly longestThreadCalls: number;
  readonly loadSeconds: number;
  readonly growth: Growth;
  /** Calls of a delta that collects what one day changes. */
  readonly deltaCallsPerDay: number;
  /** Seconds of one extraction, as last run; null where none ran. */
  readonly extractSeconds: number | null;
}

/** What the helpdesk does in a day, over the last days before it was read. */
export interface Growth {
  readonly days: number;
  readonly ticketsPerDay: number;
  readonly messagesPerDay: number;
  readonly changedTicketsPerDay: number;
}

export interface ForecastSettings {
  readonly workspaceIdCode: string;
  readonly reserveShare: number;
  readonly inFlight: number;
  /** Largest request body. */
  readonly bodyLimitBytes: number;
}

/** Calls a window of ten seconds permits where none was observed: 10,000 in a minute. */
const assumedWindow = 1_666;
/** Seconds a call takes where none was observed. */
const assumedSeconds = 0.5;
/** Bytes of a request beside its body's text: path, headers, ids. */
const overhead = 700;
/** Days over which growth is measured. */
const growthDays = 14;

/** Counts what a load would still call and how long that takes. Counting is exact; bytes and time are estimates. */
export async function forecastLoad(pool: pg.Pool, settings: ForecastSettings): Promise<Forecast> {
  const { workspaceIdCode } = settings;
  const thread = await forecastThreads(pool, settings);
  const phases = [
    ...(await forecastObjects(pool, workspaceIdCode)),
    withOverhead({ phase: 'conversations', ...thread }),
  ];
  const calls = phases.reduce((sum, row) => sum + row.calls, 0);
  const window = await observedWindow(pool, workspaceIdCode);
  const callsPerSecond = ((window ?? assumedWindow) / 10) * (1 - settings.reserveShare);
  const latency = await observedLatency(pool, workspaceIdCode);
  const secondsPerCall = latency ?? assumedSeconds;
  const { longestThreadCalls, bytesReceived } = thread;
  const growth = await measureGrowth(pool);
  const { ticketsPerDay, messagesPerDay, changedTicketsPerDay } = growth;
  return {
    phases,
    calls,
    bytesSent: phases.reduce((sum, row) => sum + row.bytes, 0),
    bytesReceived,
    callsPerSecond,
    paceFrom: window === undefined ? 'assumed' : 'observed',
    secondsPerCall,
    latencyFrom: latency === undefined ? 'assumed' : 'observed',
    longestThreadCalls,
    // The pace permitted, the calls that fit in flight, or the longest thread, whose parts go one after the other.
    loadSeconds: Math.ceil(
      Math.max(
        calls / callsPerSecond,
        (calls * secondsPerCall) / settings.inFlight,
        longestThreadCalls * secondsPerCall,
      ),
    ),
    growth,
    deltaCallsPerDay: Math.ceil(ticketsPerDay * thread.meanThreadCalls + messagesPerDay + 2 * changedTicketsPerDay),
    extractSeconds: await lastExtraction(pool),
  };
}

/** Calls of the phases before the conversations, over what their loads would take. */
async function forecastObjects(pool: pg.Pool, workspaceIdCode: string): Promise<PhaseForecast[]> {
  const phases: PhaseForecast[] = [];
  for (const { source, forecast } of objects) {
    const { rows } = await pool.query<{ objects: number; bytes: number }>(
      `select count(*)::integer as objects, coalesce(sum(${forecast.bytes ?? '0'}), 0)::float as bytes
       from (${pendingQuery(source, { isRetryingFailed: true, only: undefined })}) as pending`,
      [workspaceIdCode],
    );
    const { objects: count, bytes } = rows[0] ?? { objects: 0, bytes: 0 };
    const phase = source.name.replaceAll('_', ' ');
    phases.push(withOverhead({ phase, objects: count, calls: count * forecast.calls, bytes }));
  }
  return phases;
}

function withOverhead({ phase, objects, calls, bytes }: PhaseForecast): PhaseForecast {
  return { phase, objects, calls, bytes: bytes + calls * overhead };
}

/** Calls that ten seconds permit, as answers of the workspace said last. */
async function observedWindow(pool: pg.Pool, workspaceIdCode: string): Promise<number | undefined> {
  const rows = await warehouse(pool)
    .selectFrom('load.rate_window')
    .select('call_limit')
    .where('workspace_id_code', '=', workspaceIdCode)
    .execute();
  return rows[0] === undefined ? undefined : Number(rows[0].call_limit);
}

async function observedLatency(pool: pg.Pool, workspaceIdCode: string): Promise<number | undefined> {
  const { seconds } = await warehouse(pool)
    .selectFrom('load.journal')
    .select(
      sql<number | null>`percentile_cont(0.5) within group (order by extract(epoch from outcome_at - intent_at))`.as(
        'seconds',
      ),
    )
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('state', '=', 'done')
    .where('resolution', 'is', null)
    .executeTakeFirstOrThrow();
  return seconds ?? undefined;
}

async function measureGrowth(pool: pg.Pool): Promise<Growth> {
  const { rows } = await pool.query<{ tickets: string; messages: string; changed: string }>(growthQuery, [growthDays]);
  const perDay = (count: string | undefined): number => Math.round((Number(count ?? 0) / growthDays) * 10) / 10;
  const [growth] = rows;
  return {
    days: growthDays,
    ticketsPerDay: perDay(growth?.tickets),
    messagesPerDay: perDay(growth?.messages),
    changedTicketsPerDay: perDay(growth?.changed),
  };
}

async function lastExtraction(pool: pg.Pool): Promise<number | null> {
  const last = await warehouse(pool)
    .selectFrom('ops.run')
    .select(sql<string | null>`extract(epoch from ended_at - started_at)`.as('seconds'))
    .where('command', '=', 'extract')
    .where('state', '=', 'done')
    .orderBy('run_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const seconds = last?.seconds ?? null;
  return seconds === null ? null : Math.ceil(Number(seconds));
}
