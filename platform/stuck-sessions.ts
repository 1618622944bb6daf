import type pg from 'pg';

/**
 * Ends the database sessions of processes without a living lease that stand in the middle of a statement and wait for their
 * process: a COPY whose data does not come, an answer that nobody reads. A process that is stopped there keeps its locks for as
 * long as it is stopped, for no timeout of Postgres counts while a statement waits for its client.
 */
export async function endStuckSessions(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(session.pid)
     from pg_stat_activity session
     where session.datname = current_database() and session.state = 'active' and session.wait_event_type = 'Client'
       and exists (select from ops.process p where p.session_name = session.application_name and p.ended_at is null)
       and not exists (select from ops.process p where p.session_name = session.application_name and ops.is_alive(p))`,
  );
}
