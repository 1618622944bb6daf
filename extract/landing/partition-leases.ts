import type pg from 'pg';
import { endStuckLandings } from '../../platform/stuck-sessions.ts';

/** How long the session may be silent before the server ends it; a sink at work speaks every half second. */
const longestSilenceSeconds = 15;

/** Held, shared, by every living sink of the database, whatever its broker. */
const lockOfSinks = 'landing sinks';

/** Hears of each change at once. */
export interface LeaseListener {
  leased(partition: string): void;
  /** Given back, or lost with the session. */
  leaseLost(partition: string): void;
}

/**
 * Which partitions this sink lands. A lease is a lock of a Postgres session: the server frees it the moment a killed sink's
 * connection closes, and some seconds after one was stopped; another sink goes on, and ends the landing that the stopped one stands
 * in. Correctness does not depend on it: that is the fence's matter (`land-batch.ts`). What happens to a partition whose lease is lost is
 * decided in `partition-lifecycle.ts`.
 */
export class PartitionLeases {
  private readonly pool: pg.Pool;
  private readonly brokerId: string;
  private readonly listener: LeaseListener;
  private session: pg.PoolClient | undefined;
  private readonly held = new Set<string>();

  constructor(pool: pg.Pool, brokerId: string, listener: LeaseListener) {
    this.pool = pool;
    this.brokerId = brokerId;
    this.listener = listener;
  }

  /** Takes free partitions up to this sink's fair share, gives those above it back. A lost connection loses all and is opened again. */
  async balance(partitions: readonly string[]): Promise<void> {
    const session = await this.connected();
    try {
      await endStuckLandings(session, lockOfSinks);
      const { rows } = await session.query<{ sinks: number }>(
        `select count(distinct pid)::integer as sinks from pg_locks
         where locktype = 'advisory' and mode = 'ShareLock' and granted
           and database = (select oid from pg_database where datname = current_database())
           and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`,
        [this.name('sinks')],
      );
      const share = Math.ceil(partitions.length / Math.max(1, rows[0]?.sinks ?? 1));
      for (const partition of partitions) {
        if (this.held.size >= share || this.held.has(partition)) continue;
        const taken = await session.query<{ taken: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
          [this.name(partition)],
        );
        // The answer of a session that was lost meanwhile is no lease.
        if (taken.rows[0]?.taken === true && this.session === session) this.take(partition);
      }
      for (const partition of [...this.held].slice(share)) {
        this.lose(partition);
        await session.query('select pg_advisory_unlock(hashtextextended($1, 0))', [this.name(partition)]);
      }
    } catch (error) {
      this.drop(error as Error);
      throw error;
    }
  }

  close(): void {
    // The connection is closed, not returned: its locks end with it.
    if (this.session !== undefined) this.drop(new Error('the sink ends'));
  }

  private async connected(): Promise<pg.PoolClient> {
    if (this.session !== undefined) return this.session;
    const session = await this.pool.connect();
    session.on('error', (error) => this.drop(error));
    this.session = session;
    // A host that vanishes closes no connection: the server asks after it, and frees its leases after some seconds.
    await session.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3');
    await session.query(`set idle_session_timeout = '${longestSilenceSeconds}s'`);
    for (const lock of [lockOfSinks, this.name('sinks')])
      await session.query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [lock]);
    return session;
  }

  private drop(error: Error): void {
    const session = this.session;
    this.session = undefined;
    for (const partition of [...this.held]) this.lose(partition);
    session?.release(error);
  }

  private take(partition: string): void {
    this.held.add(partition);
    this.listener.leased(partition);
  }

  private lose(partition: string): void {
    this.held.delete(partition);
    this.listener.leaseLost(partition);
  }

  private name(what: string): string {
    return `landing ${this.brokerId} ${what}`;
  }
}
