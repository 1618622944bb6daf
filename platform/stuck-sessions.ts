import type pg from 'pg';

/** Of a session: it stands in the middle of a statement, and waits for its process. */
const isStuck =
  "session.datname = current_database() and session.state = 'active' and session.wait_event_type = 'Client'" as const;

/**
 * Ends the database sessions of processes without a living lease that stand in the middle of a statement and wait for their
 * process: a COPY whose data does not come, an answer that nobody reads. A process that is stopped there keeps its locks for as
 * long as it is stopped, for no timeout of Postgres counts while a statement waits for its client.
 */
export async function endStuckSessions(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(session.pid)
     from pg_stat_activity session
     where ${isStuck}
       and exists (select from ops.process p where p.session_name = session.application_name and p.ended_at is null)
       and not exists (select from ops.process p where p.session_name = session.application_name and ops.is_alive(p))`,
  );
}

/**
 * The same for sinks, which have no run and so no lease of a run: a landing whose process does not hold the shared lock that every
 * living sink holds. It is a landing because it locks `raw.landed_offset`. `client` is a session of this sink.
 */
export async function endStuckLandings(client: pg.ClientBase, lockOfSinks: string): Promise<void> {
  await client.query(
    `select pg_terminate_backend(session.pid)
     from pg_stat_activity session
     where ${isStuck}
       and exists (select from pg_locks l where l.pid = session.pid and l.relation = 'raw.landed_offset'::regclass and l.mode = 'RowExclusiveLock')
       and not exists (select from ops.process p where p.session_name = session.application_name)
       and not exists (
         select from pg_locks l join pg_stat_activity holder on holder.pid = l.pid
         where l.locktype = 'advisory' and l.mode = 'ShareLock' and l.granted and l.database = session.datid
           and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 0)
           and holder.application_name = session.application_name)`,
    [lockOfSinks],
  );
}
