import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import type pg from 'pg';
import { sessionName } from './database.ts';
import { FailedError } from './errors.ts';
import { endStuckSessions } from './stuck-sessions.ts';
import { anyOf, clockTimestamp, warehouse } from './warehouse.ts';

/** The lease of this process ran out, or may have: it changes nothing more before it has one again. */
export class LeaseLost extends FailedError {
  constructor() {
    super(
      'This process was stopped or cut off for longer than its lease lasts; others may have gone on with its work.',
      {
        stage: 'lease',
        nextStep:
          'Start the same command again: it continues where it stopped. If it happens often, the machine is too busy: raise database.lease_ms.',
        isRetriable: true,
      },
    );
  }
}

/**
 * The right of one process to work, as a row of `ops.process` that it renews. The row's `process_id` is the fencing number:
 * claims and intents carry it, and the database takes them under a living lease only. A lease that ran out never lives again;
 * the process gets a new one under a higher number.
 */
export interface ProcessLease {
  readonly processId: string;
  /** Throws LeaseLost when the lease may have run out, by the monotonic or the wall clock. Asks nobody. */
  check(): void;
  /** Gives the lost lease up and gets one under a new number. What was on the way must have ended before. */
  regain(): Promise<void>;
  /** Ends it: the process is done. */
  end(): Promise<void>;
}

export interface LeaseRequest {
  readonly runId: string;
  readonly leaseMs: number;
}

/** Of a process `p`: its lease runs. */
const isAlive = sql<boolean>`ops.is_alive(p)`;

export const defaultLeaseMs = 10_000;

/** Registers this process for a run. The caller holds the run's lock. Gives the new `process_id`. */
export async function registerProcess(client: pg.ClientBase, { runId, leaseMs }: LeaseRequest): Promise<string> {
  const row = await warehouse(client)
    .insertInto('ops.process')
    .values((before) => ({
      run_id: runId,
      attempt: before
        .selectFrom('ops.process')
        .select(sql<number>`count(*) + 1`.as('attempt'))
        .where('run_id', '=', runId),
      host: hostname(),
      machine: thisMachine(),
      pid: process.pid,
      session_name: sessionName,
      lease_ms: leaseMs,
    }))
    .returning('process_id')
    .executeTakeFirstOrThrow();
  return row.process_id;
}

/**
 * Keeps the lease of a registered process alive. `registeredAt` is when its registration was sent: the lease lasts from then
 * on, never from the answer, so that this side counts it out before the database does.
 */
export function keepLease(
  pool: pg.Pool,
  request: LeaseRequest & { readonly processId: string; readonly registeredAt: Moment },
): ProcessLease {
  const { leaseMs } = request;
  let { processId } = request;
  let renewedAt = request.registeredAt;
  let isLost = false;

  async function renew(): Promise<void> {
    const number = processId;
    const askedAt = moment();
    const { numUpdatedRows } = await warehouse(pool)
      .updateTable('ops.process as p')
      .set({ heartbeat_at: clockTimestamp })
      .where('process_id', '=', number)
      .where(isAlive)
      .executeTakeFirst();
    if (number !== processId) return;
    if (numUpdatedRows === 0n) {
      isLost = true;
      // Without a lease this process is one of those whose sessions are ended: it would end its own.
      return;
    }
    renewedAt = askedAt;
    await endStuckSessions(pool);
  }

  const timer = setInterval(() => {
    // A renewal that fails is made up by the next one; a database that stays away lets the lease run out.
    renew().catch(() => undefined);
  }, leaseMs / 5);
  timer.unref();

  return {
    get processId() {
      return processId;
    },
    check() {
      if (isLost) throw new LeaseLost();
      try {
        requireWithin(leaseMs, renewedAt);
      } catch (error) {
        isLost = true;
        throw error;
      }
    },
    async regain() {
      const askedAt = moment();
      const client = await pool.connect();
      try {
        await endLeases(client, [processId]);
        processId = await registerProcess(client, request);
      } finally {
        client.release();
      }
      renewedAt = askedAt;
      isLost = false;
    },
    async end() {
      clearInterval(timer);
      await warehouse(pool)
        .updateTable('ops.process')
        .set({ ended_at: clockTimestamp })
        .where('process_id', '=', processId)
        .execute();
    },
  };
}

/**
 * Holds the row of a living lease until the transaction ends, so that nobody takes the lease for lost meanwhile.
 * Throws LeaseLost when it is.
 */
export async function requireLease(client: pg.ClientBase, processId: string): Promise<void> {
  const { rowCount } = await client.query(livingLease('$1'), [processId]);
  if (rowCount !== 1) throw new LeaseLost();
}

/** The same as a query, to be part of a statement that writes. */
export function livingLease<P extends string>(processId: P) {
  return `select 1 from ops.process p where p.process_id = ${processId} and ops.is_alive(p) for share` as const;
}

/** Processes that may still be at work, this one and those that are known to be gone left out. */
export async function livingProcesses(pool: pg.Pool, ownProcessId: string): Promise<string[]> {
  const candidates = await warehouse(pool)
    .selectFrom('ops.process as p')
    .select(['process_id', 'machine', 'pid'])
    .where(isAlive)
    .where('process_id', '<>', ownProcessId)
    .execute();
  return candidates.filter((row) => !isGone(row)).map((row) => row.process_id);
}

/**
 * Marks the leases that ran out, and those of processes that are gone from this machine, as lost: what they claimed is free.
 * A process that is only stopped keeps its lease until it ran out.
 */
export async function endLostLeases(pool: pg.Pool, ownProcessId: string): Promise<void> {
  const open = await warehouse(pool)
    .selectFrom('ops.process as p')
    .select(['process_id', 'machine', 'pid', isAlive.as('is_alive')])
    .where('ended_at', 'is', null)
    .where('lost_at', 'is', null)
    .where('process_id', '<>', ownProcessId)
    .execute();
  const lost = open.filter((row) => !row.is_alive || isGone(row)).map((row) => row.process_id);
  if (lost.length === 0) return;
  await endLeases(pool, lost);
}

/** What they claimed is free. */
async function endLeases(database: pg.Pool | pg.ClientBase, processIds: readonly string[]): Promise<void> {
  await warehouse(database)
    .updateTable('ops.process')
    .set({ lost_at: clockTimestamp })
    .where('process_id', '=', anyOf(processIds))
    .where('ended_at', 'is', null)
    .where('lost_at', 'is', null)
    .execute();
}

interface ProcessRow {
  readonly process_id: string;
  readonly machine: string | null;
  readonly pid: number;
}

/** A moment on both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function moment(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/**
 * Throws LeaseLost when more than so much time has passed since a moment, by either clock: the monotonic one stands still while the
 * machine sleeps, the wall clock may be set back.
 */
export function requireWithin(milliseconds: number, since: Moment): void {
  const now = moment();
  if (now.monotonicMs - since.monotonicMs >= milliseconds || now.wallMs - since.wallMs >= milliseconds)
    throw new LeaseLost();
}

function isGone({ machine, pid }: ProcessRow): boolean {
  if (machine !== thisMachine()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

/** Where a process number means one process: two containers, or two starts of a machine, count their own. */
function thisMachine(): string {
  const bootId = orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const processNumbers = orNothing(() => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), bootId, processNumbers].join(' ').trim();
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
