import type pg from 'pg';
import { FailedError, RefusedError } from './errors.ts';

/** How long a session that is ended may take to go, in milliseconds. */
const endingMs = 5_000;

/**
 * Runs work that must not run twice at once, in whatever process. The lease is a lock of one connection: it ends with the
 * process, however that ends. The connection speaks at least five times within `leaseMs`; from a process that was silent for longer,
 * because it is stopped or cut off, the next one takes the lock, and with it all its sessions in the database. When the connection breaks,
 * the signal that the work is given is aborted.
 *
 * Throws RefusedError when another process holds it, FailedError when it was lost on the way.
 */
export async function withLease<T>(
  pool: pg.Pool,
  { name, leaseMs }: { readonly name: string; readonly leaseMs: number },
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const loss = new AbortController();
  let broken: Error | undefined;
  const lose = (error: Error): void => {
    broken ??= error;
    loss.abort(error);
  };
  client.on('error', lose);
  const lock = `lease ${name}`;
  let signOfLife: NodeJS.Timeout | undefined;
  try {
    if (
      !(await isTaken(client, lock)) &&
      !((await endSilentHolder(client, lock, leaseMs)) && (await isTaken(client, lock)))
    ) {
      throw new RefusedError(`Another ${name} is running. Nothing was done.`, {
        stage: name,
        nextStep: 'Look at it with: itop-to-intercom status. Start again when it has ended.',
        isRetriable: true,
      });
    }
    let isAnswered = true;
    const showLife = (): void => {
      // A database that is slow to answer still counts the question before.
      if (!isAnswered) return;
      isAnswered = false;
      client
        .query('select 1')
        .then(() => {
          isAnswered = true;
        })
        .catch(lose);
    };
    signOfLife = setInterval(showLife, leaseMs / 5).unref();
    return await work(loss.signal);
  } catch (error) {
    // Where all sessions were ended at once, the work may hear of it before the lease does.
    await client.query('select 1').catch(lose);
    if (!loss.signal.aborted) throw error;
    throw new FailedError(`The connection to the database broke, and with it the lease of ${name}.`, {
      stage: name,
      nextStep: 'Start it again: it continues where it stopped.',
      isRetriable: true,
      cause: error,
    });
  } finally {
    clearInterval(signOfLife);
    await client.query('select pg_advisory_unlock(hashtext($1))', [lock]).catch(lose);
    client.removeListener('error', lose);
    client.release(broken);
  }
}

async function isTaken(client: pg.ClientBase, lock: string): Promise<boolean> {
  const { rows } = await client.query<{ is_ours: boolean }>('select pg_try_advisory_lock(hashtext($1)) as is_ours', [
    lock,
  ]);
  return rows[0]?.is_ours === true;
}

/**
 * Ends all sessions of the process that holds a lock and has been silent for longer than its lease. Gives whether there was one. Its
 * transactions and other locks go too: it would hold up whoever takes its place.
 */
async function endSilentHolder(client: pg.ClientBase, lock: string, leaseMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `select pg_terminate_backend(session.pid, $3)
     from pg_locks l
     join pg_database d on d.oid = l.database and d.datname = current_database()
     join pg_stat_activity holder on holder.pid = l.pid and holder.state_change < clock_timestamp() - $2 * interval '1 millisecond'
     -- Where the address of the database gives all processes one name, the session of the lock alone is known to be its own.
     join pg_stat_activity session on session.pid = holder.pid
       or session.datname = holder.datname and session.application_name = holder.application_name
         and holder.application_name <> current_setting('application_name')
     -- How Postgres shows the one number of an advisory lock.
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and (l.classid::bigint << 32 | l.objid::bigint) = hashtext($1)`,
    [lock, leaseMs, endingMs],
  );
  return (rowCount ?? 0) > 0;
}
