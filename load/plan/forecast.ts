import type pg from 'pg';
import { headroomBytes } from '../conversation/files.ts';

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
  /** Largest request body: larger files are named in a note instead. */
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
  const [phases, threads, pace, latency, growth, extraction] = [
    await pool.query<{ phase: string; objects: string; calls: string; bytes: string }>(phaseQuery, [
      settings.workspaceIdCode,
    ]),
    await pool.query<{
      objects: string;
      calls: string;
      bytes: string;
      received: string;
      longest: string;
      mean: string;
    }>(threadQuery, [settings.workspaceIdCode, fileLimit(settings)]),
    await pool.query<{ call_limit: string }>('select call_limit from load.rate_window where workspace_id_code = $1', [
      settings.workspaceIdCode,
    ]),
    await pool.query<{ seconds: number | null }>(
      `select percentile_cont(0.5) within group (order by extract(epoch from outcome_at - intent_at)) as seconds
       from load.journal where workspace_id_code = $1 and state = 'done' and resolution is null`,
      [settings.workspaceIdCode],
    ),
    await pool.query<{ tickets: string; messages: string; changed: string }>(growthQuery, [growthDays]),
    await pool.query<{ seconds: string | null }>(
      `select extract(epoch from ended_at - started_at) as seconds from ops.run where command = 'extract' and state = 'done' order by run_id desc limit 1`,
    ),
  ];
  const thread = threads.rows[0];
  const rows: PhaseForecast[] = [
    ...phases.rows.map((row) => ({
      phase: row.phase,
      objects: Number(row.objects),
      calls: Number(row.calls),
      bytes: Number(row.bytes) + Number(row.calls) * overhead,
    })),
    {
      phase: 'conversations',
      objects: Number(thread?.objects ?? 0),
      calls: Number(thread?.calls ?? 0),
      bytes: Number(thread?.bytes ?? 0) + Number(thread?.calls ?? 0) * overhead,
    },
  ];
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const window = pace.rows[0] === undefined ? assumedWindow : Number(pace.rows[0].call_limit);
  const callsPerSecond = (window / 10) * (1 - settings.reserveShare);
  const observed = latency.rows[0]?.seconds ?? null;
  const secondsPerCall = observed ?? assumedSeconds;
  const longestThreadCalls = Number(thread?.longest ?? 0);
  const perDay = (text: string | undefined): number => Math.round((Number(text ?? 0) / growthDays) * 10) / 10;
  const ticketsPerDay = perDay(growth.rows[0]?.tickets);
  const messagesPerDay = perDay(growth.rows[0]?.messages);
  const changedTicketsPerDay = perDay(growth.rows[0]?.changed);
  const last = extraction.rows[0]?.seconds ?? null;
  return {
    phases: rows,
    calls,
    bytesSent: rows.reduce((sum, row) => sum + row.bytes, 0),
    bytesReceived: Number(thread?.received ?? 0),
    callsPerSecond,
    paceFrom: pace.rows[0] === undefined ? 'assumed' : 'observed',
    secondsPerCall,
    latencyFrom: observed === null ? 'assumed' : 'observed',
    longestThreadCalls,
    // The pace permitted, the calls that fit in flight, or the longest thread, whose parts go one after the other.
    loadSeconds: Math.ceil(
      Math.max(
        calls / callsPerSecond,
        (calls * secondsPerCall) / settings.inFlight,
        longestThreadCalls * secondsPerCall,
      ),
    ),
    growth: { days: growthDays, ticketsPerDay, messagesPerDay, changedTicketsPerDay },
    deltaCallsPerDay: Math.ceil(ticketsPerDay * Number(thread?.mean ?? 0) + messagesPerDay + 2 * changedTicketsPerDay),
    extractSeconds: last === null ? null : Math.ceil(Number(last)),
  };
}

export interface Timetable {
  readonly cutover: Date;
  /** Latest start of the first load that leaves room for a delta, the last full read and a margin. */
  readonly latestSafeStart: Date;
  readonly deltaSeconds: number;
  readonly lastReadSeconds: number;
  readonly margin: number;
}

/** Time is taken once and a half: a night of a slow Intercom must not move the cutover. */
const margin = 1.5;

/** Counts back from the cutover: last full read and delta, the first load, and the days' changes that the load itself lets grow. */
export function planBackwards(forecast: Forecast, cutover: Date): Timetable {
  const loadDays = (forecast.loadSeconds * margin) / 86_400;
  const deltaSeconds = Math.ceil((forecast.deltaCallsPerDay * Math.max(loadDays, 1)) / forecast.callsPerSecond);
  const lastReadSeconds = forecast.extractSeconds ?? 0;
  const seconds = (forecast.loadSeconds + deltaSeconds + lastReadSeconds) * margin;
  return {
    cutover,
    latestSafeStart: new Date(cutover.getTime() - seconds * 1_000),
    deltaSeconds,
    lastReadSeconds,
    margin,
  };
}

/** Bytes of the largest file that fits into a request: base64 takes four for three. */
function fileLimit({ bodyLimitBytes }: ForecastSettings): number {
  return Math.floor(((bodyLimitBytes - headroomBytes) * 3) / 4);
}

const notLoaded = (type: string): string => `not exists (
  select from load.identity i where i.workspace_id_code = $1 and i.target_type = '${type}' and i.target_key = o.target_key)`;

/** Calls of the phases before the conversations. A company is looked up before it is written. */
const phaseQuery = `
select * from (
  select 1 as place, 'attributes' as phase, count(*) as objects, count(*) as calls, 0 as bytes
  from (
    select target_key from intercom.attribute
    union
    select 'conversation_attribute:' || attribute from intercom.conversation_relation
  ) as o where ${notLoaded('attribute')}
  union all
  select 2, 'companies', count(*), 2 * count(*), coalesce(sum(octet_length(o.custom_attributes::text)), 0) from intercom.company o where ${notLoaded('company')}
  union all
  select 3, 'contacts', count(*), count(*), coalesce(sum(octet_length(o.custom_attributes::text)), 0) from intercom.contact o where ${notLoaded('contact')}
  union all
  select 4, 'contact companies', count(*), count(*), 0 from intercom.contact_company o where ${notLoaded('contact_company')}
  union all
  select 5, 'tags', count(*), count(*), 0 from intercom.tag o where ${notLoaded('tag')}
  union all
  select 6, 'custom objects', count(*), count(*), coalesce(sum(octet_length(o.custom_attributes::text)), 0) from intercom.custom_object_instance o where ${notLoaded('custom_object_instance')}
  union all
  select 7, 'collections', count(*), count(*), 0 from intercom.collection o where ${notLoaded('collection')}
  union all
  select 8, 'articles', count(*), count(*), coalesce(sum(octet_length(o.body)), 0) from intercom.article o where ${notLoaded('article')}
) as phase order by place`;

/** Calls of each conversation: creation, parts, new participants, further files, tags, one update, assignments, closing. */
const threadQuery = `
with part as (
  select p.conversation_key, count(*) as parts, sum(octet_length(p.body)) as bytes,
         count(distinct p.author_key) filter (where p.author_kind = 'contact' and p.author_key <> c.contact_key) as participants
  from intercom.conversation_part p
  join intercom.conversation c on c.target_key = p.conversation_key
  group by p.conversation_key
), file_of_part as (
  select f.conversation_key, f.part_key,
         count(*) filter (where f.byte_size <= $2) as files,
         sum(f.byte_size) filter (where f.byte_size <= $2) as bytes,
         bool_or(f.byte_size > $2) as has_too_big
  from intercom.conversation_part_file f where f.blob_hash is not null
  group by 1, 2
), file as (
  select f.conversation_key, sum(f.bytes) as bytes,
         bool_or(f.has_too_big)::integer + sum(case when exists (select from intercom.conversation_part p where p.target_key = f.part_key)
                  then greatest(ceil(f.files / 10.0) - 1, 0) else ceil(f.files / 10.0) end) as calls
  from file_of_part f group by 1
), tag as (
  select conversation_key, count(*) as tags from intercom.conversation_tag group by 1
), thread as (
  select 1 + coalesce(p.parts, 0) + coalesce(p.participants, 0) + coalesce(f.calls, 0) + coalesce(t.tags, 0) + 1
           + (o.assignee_key is not null)::integer
           + (o.team_name is not null and (o.state <> 'closed' or o.assignee_key is null))::integer
           + (o.state in ('closed', 'snoozed'))::integer as calls,
         coalesce(p.parts, 0) as parts,
         octet_length(o.body) + coalesce(p.bytes, 0) as text_bytes,
         coalesce(f.bytes, 0) * 4 / 3 as file_bytes
  from intercom.conversation o
  left join part p on p.conversation_key = o.target_key
  left join file f on f.conversation_key = o.target_key
  left join tag t on t.conversation_key = o.target_key
  where ${notLoaded('conversation_state')}
)
select count(*) as objects, coalesce(sum(calls), 0) as calls, coalesce(sum(text_bytes + file_bytes), 0)::bigint as bytes,
       coalesce(sum(text_bytes * (parts + 2) / 2 + calls * 1500), 0)::bigint as received,
       coalesce(max(calls), 0) as longest, coalesce(avg(calls), 0) as mean
from thread`;

const growthQuery = `
with bound as (
  select max(observed_at) as upper_at from staging.ticket
)
select count(*) filter (where m.kind = 'opening') as tickets, count(*) as messages,
       (select count(*) from staging.ticket t cross join bound b
        where t.updated_at > b.upper_at - make_interval(days => $1)) as changed
from bound b
join intermediate.ticket_message m on m.written_at > b.upper_at - make_interval(days => $1) and m.written_at <= b.upper_at`;
