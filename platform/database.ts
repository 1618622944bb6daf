import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { FailedError, StepError } from './errors.ts';

/** A pool of connections to the staging warehouse; `warehouse(pool)` has its tables as types. */
export interface Database {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Most connections the pool opens at a time. */
  readonly max?: number;
  /** Postgres refuses every write of its sessions. */
  readonly isReadOnly?: boolean;
}

/** `application_name` of every session that this process opens: whoever finds its lease lost knows by it which sessions were its own. */
export const sessionName = `itop-to-intercom ${randomBytes(6).toString('hex')}`;

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
    application_name: sessionName,
    options: `-c timezone=UTC -c client_min_messages=warning -c plan_cache_mode=force_custom_plan${options.isReadOnly === true ? ' -c default_transaction_read_only=on' : ''}`,
  });
  // An idle connection that the server closes must not end the process: the next query reconnects or fails by itself.
  pool.on('error', () => undefined);
  // Nor must one that is in use, between two queries: its next query fails by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { pool, close: () => pool.end() };
}

/** SQLSTATE classes and codes of the network that say: the server is not there, does not let us in, or went away. */
const awayCode =
  /^(08...|57P0.|25P03|53300|28...|3D000|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE|ENOENT)$/;

/** A failure of the connection to Postgres in words; undefined for every other error. */
export function databaseAway(thrown: unknown): FailedError | undefined {
  if (thrown instanceof StepError || !(thrown instanceof Error)) return undefined;
  const { code } = thrown as { code?: unknown };
  const known = typeof code === 'string' && awayCode.test(code) && isOfConnection(thrown, code);
  if (
    !known &&
    !/^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      thrown.message,
    )
  )
    return undefined;
  const reason = thrown.message === '' ? String(code) : thrown.message;
  if (known && /^(57P01|25P03)$/.test(String(code))) {
    return new FailedError(`Postgres ended the connection: ${reason}`, {
      stage: 'database',
      nextStep:
        'The server was shut down, or this process was stopped, or too busy, for longer than its lease lasts and held others up. When the server is up, start the same command again: it continues where it stopped.',
      isRetriable: true,
      cause: thrown,
    });
  }
  return new FailedError(`Postgres does not answer, or ended the connection: ${reason}`, {
    stage: 'database',
    nextStep:
      'Start the server that DATABASE_URL, or database.url in the configuration, names; where neither is set: itop-to-intercom db start. Then start the same command again: it continues where it stopped. A rehearsal whose server ended cannot go on: itop-to-intercom rehearse.',
    isRetriable: true,
    cause: thrown,
  });
}

/** Files too have ENOENT and EPIPE: of the network, only what was thrown while connecting counts. */
function isOfConnection(error: Error, code: string): boolean {
  if (!/^E/.test(code)) return true;
  const { syscall } = error as { syscall?: unknown };
  const first = error instanceof AggregateError ? (error.errors[0] as { syscall?: unknown } | undefined) : undefined;
  return ['connect', 'read', 'write', 'getaddrinfo'].includes(String(syscall ?? first?.syscall));
}

/**
 * How long a transaction may wait for its process before the server ends it. One that is stopped inside a transaction would keep
 * its locks, and everybody who waits for them, until it wakes; the gaps between two statements are milliseconds.
 */
export const longestPauseSeconds = 30;

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it throws, and ended by the
 * server when it stands still for half a minute.
 */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A server that goes away tells it twice: the query in flight fails, and this event without a listener would end the process.
  const lose = (error: Error): void => {
    broken = error;
  };
  client.on('error', lose);
  try {
    await client.query(`begin; set local idle_in_transaction_session_timeout = '${longestPauseSeconds}s'`);
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
