import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../platform/database.ts';
import { withLease } from '../../platform/lease.ts';

/**
 * A process of its own that works under the lease of a delta: it holds a table and writes a line to it as often as it can, until its
 * signal is aborted. Arguments: database URL, lease in milliseconds, lines to write. Says what ended it; exit code 0, 1 or 2 as the program's.
 */
const [url = '', leaseMs = '', lines = ''] = process.argv.slice(2);
const database = openDatabase(url);
try {
  await withLease(database.pool, { name: 'delta', leaseMs: Number(leaseMs) }, async (lost) => {
    const holder = await database.pool.connect();
    holder.on('error', () => undefined);
    await holder.query('begin; lock table written in access share mode');
    for (let line = 0; line < Number(lines); line += 1) {
      lost.throwIfAborted();
      await database.pool.query('insert into written (pid) values ($1)', [process.pid]);
      await sleep(10);
    }
    await holder.query('commit');
    holder.release();
  });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 1;
} finally {
  await database.close();
}
