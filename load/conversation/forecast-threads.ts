import type pg from 'pg';
import { readQuery } from '../../platform/query-file.ts';
import { headroomBytes } from './files.ts';

const threadQuery = readQuery(import.meta.dirname, 'forecast-threads.sql');

/** What the threads of all conversations that are not complete cost. */
export interface ThreadForecast {
  readonly objects: number;
  readonly calls: number;
  /** Bytes of texts and files sent. */
  readonly bytes: number;
  /** Every answer to a reply repeats the thread so far. */
  readonly bytesReceived: number;
  readonly longestThreadCalls: number;
  readonly meanThreadCalls: number;
}

/** Counts the calls of all threads. Larger files than `bodyLimitBytes` lets through are named in a note instead. */
export async function forecastThreads(
  pool: pg.Pool,
  { workspaceIdCode, bodyLimitBytes }: { readonly workspaceIdCode: string; readonly bodyLimitBytes: number },
): Promise<ThreadForecast> {
  const { rows } = await pool.query<{
    objects: string;
    calls: string;
    bytes: string;
    received: string;
    longest: string;
    mean: string;
  }>(threadQuery, [workspaceIdCode, fileLimit(bodyLimitBytes)]);
  const [thread] = rows;
  return {
    objects: Number(thread?.objects ?? 0),
    calls: Number(thread?.calls ?? 0),
    bytes: Number(thread?.bytes ?? 0),
    bytesReceived: Number(thread?.received ?? 0),
    longestThreadCalls: Number(thread?.longest ?? 0),
    meanThreadCalls: Number(thread?.mean ?? 0),
  };
}

/** Bytes of the largest file that fits into a request: base64 takes four for three. */
function fileLimit(bodyLimitBytes: number): number {
  return Math.floor(((bodyLimitBytes - headroomBytes) * 3) / 4);
}
