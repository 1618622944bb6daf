import type pg from 'pg';
import { longestPauseSeconds } from '../../platform/database.ts';
import { transformLock } from '../apply-views.ts';
import type { ViewFile } from '../view-files.ts';
import { hashOfInputs } from './fingerprint.ts';
import type { RefreshContext } from './refresh-context.ts';

/** Runs work in one repeatable-read transaction, while no other transform runs. */
export async function inSnapshot<T>(
  pool: pg.Pool,
  files: readonly ViewFile[],
  work: (context: RefreshContext) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken = error;
  };
  client.on('error', lose);
  try {
    // The lock comes before the snapshot, so that a second transform sees what the first one did.
    await client.query('select pg_advisory_lock($1)', [transformLock]);
    // The tables that are built again are locked: a process that is stopped here must not hold up who reads them.
    await client.query(
      `begin isolation level repeatable read; set local idle_in_transaction_session_timeout = '${longestPauseSeconds}s'`,
    );
    const result = await work({ client, files, inputs: await hashOfInputs(client) });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(lose);
    throw error;
  } finally {
    // Of a connection that is lost the server takes back the lock too.
    await client.query('select pg_advisory_unlock($1)', [transformLock]).catch(lose);
    client.removeListener('error', lose);
    client.release(broken);
  }
}
