import type pg from 'pg';
import { FailedError, RefusedError } from './errors.ts';

/**
 * Runs work that must not run twice at once, in whatever process. The lease is a lock of one connection: it ends with the
 * process, however that ends, and needs no clock. When the connection breaks, as it may while the process is stopped, the signal
 * that the work is given is aborted.
 *
 * Throws RefusedError when another process holds it, FailedError when it was lost on the way.
 */
export async function withLease<T>(pool: pg.Pool, name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const loss = new AbortController();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken = error;
    loss.abort(error);
  };
  client.on('error', lose);
  try {
    const { rows } = await client.query<{ is_ours: boolean }>('select pg_try_advisory_lock(hashtext($1)) as is_ours', [
      `lease ${name}`,
    ]);
    if (rows[0]?.is_ours !== true) {
      throw new RefusedError(`Another ${name} is running. Nothing was done.`, {
        stage: name,
        nextStep: 'Look at it with: itop-to-intercom status. Start again when it has ended.',
        isRetriable: true,
      });
    }
    return await work(loss.signal);
  } catch (error) {
    if (!loss.signal.aborted) throw error;
    throw new FailedError(`The connection to the database broke, and with it the lease of ${name}.`, {
      stage: name,
      nextStep: 'Start it again: it continues where it stopped.',
      isRetriable: true,
      cause: error,
    });
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [`lease ${name}`]).catch(lose);
    client.removeListener('error', lose);
    client.release(broken);
  }
}
