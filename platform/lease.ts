import type pg from 'pg';
import { RefusedError } from './errors.ts';

/**
 * Runs work that must not run twice at once, in whatever process. The lease is a lock of one connection: it ends with the
 * process, however that ends, and needs no clock.
 *
 * Throws RefusedError when another process holds it.
 */
export async function withLease<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
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
    return await work();
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [`lease ${name}`]).catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
