import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

/** A pool of connections to the staging warehouse, and kysely over the same pool for queries whose shape is decided at run time. */
export interface Database {
  readonly pool: pg.Pool;
  readonly kysely: Kysely<unknown>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Most connections the pool opens at a time. */
  readonly max?: number;
  readonly applicationName?: string;
}

/**
 * Opens the staging warehouse at a `postgres://` URL. Connections are made when first needed.
 *
 * Every session speaks UTC: a `timestamptz` is written and shown the same way whoever asks. No session keeps a generic plan: one
 * made while tables are empty reads them whole in every call that follows, long after they were filled.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    application_name: options.applicationName ?? 'itop-to-intercom',
    options: '-c timezone=UTC -c client_min_messages=warning -c plan_cache_mode=force_custom_plan',
  });
  // An idle connection that the server closes must not end the process: the next query reconnects or fails by itself.
  pool.on('error', () => undefined);
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  // kysely ends the pool only when a query went through it, so the pool is ended directly.
  return { pool, kysely, close: () => pool.end() };
}

/** Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it throws. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A server that goes away tells it twice: the query in flight fails, and this event without a listener would end the process.
  const lose = (error: Error): void => {
    broken = error;
  };
  client.on('error', lose);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.removeListener('error', lose);
    client.release(broken);
  }
}
