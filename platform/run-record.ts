import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from './database.ts';
import { RefusedError } from './errors.ts';
import { defaultLeaseMs, keepLease, moment, type ProcessLease, registerProcess } from './process-lease.ts';
import { clockTimestamp, warehouse } from './warehouse.ts';

/** One piece of work that changes state; it outlives the processes that serve it. */
export interface Run {
  readonly runId: string;
  /** The right of this process to work on it. */
  readonly lease: ProcessLease;
  /** True when an unfinished run was continued. */
  readonly isContinued: boolean;
  /** Ends the run as done, with what it achieved. */
  finish(outcome: object): Promise<void>;
  /** Ends this process only: the run stays unfinished and the same command continues it. */
  leave(): Promise<void>;
}

export interface RunRequest {
  readonly command: string;
  /** Intercom workspace (`app.id_code`); undefined for runs that do not touch Intercom. */
  readonly workspaceIdCode?: string;
  /** Everything that must be the same for a run to be continued: hashes of configuration, mapping, SQL, renderer. */
  readonly fingerprint: Readonly<Record<string, string>>;
  /** How long the process may fail to renew its lease before others go on with its work, in milliseconds. */
  readonly leaseMs?: number;
}

/**
 * Continues the unfinished run of this command, or opens a new one.
 *
 * Throws RefusedError when the unfinished run has another fingerprint: what it wrote would not fit what comes now.
 */
export async function openRun(pool: pg.Pool, request: RunRequest): Promise<Run> {
  const detail = Object.fromEntries(Object.entries(request.fingerprint).sort());
  const fingerprint = createHash('sha256').update(JSON.stringify(detail)).digest('hex');
  const leaseMs = request.leaseMs ?? defaultLeaseMs;
  const registeredAt = moment();
  const { runId, processId, isContinued } = await inTransaction(pool, async (client) => {
    // Two processes that open the same command at once must agree on one run.
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [
      `run ${request.command} ${request.workspaceIdCode ?? ''}`,
    ]);
    const previous = await warehouse(client)
      .selectFrom('ops.run')
      .select(['run_id', 'fingerprint', 'fingerprint_detail'])
      .$narrowType<{ fingerprint_detail: Record<string, string> }>()
      .where('command', '=', request.command)
      .where(sql`coalesce(workspace_id_code, '')`, '=', request.workspaceIdCode ?? '')
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (previous !== undefined && previous.fingerprint !== fingerprint) {
      throw differentFingerprint(request.command, previous.run_id, previous.fingerprint_detail, detail);
    }
    const id = previous?.run_id ?? (await insertRun(client, request, fingerprint, detail));
    const processId = await registerProcess(client, { runId: id, leaseMs });
    return { runId: id, processId, isContinued: previous !== undefined };
  });
  const lease = keepLease(pool, { runId, leaseMs, processId, registeredAt });
  return {
    runId,
    lease,
    isContinued,
    leave: () => lease.end(),
    finish: async (outcome) => {
      await lease.end();
      await warehouse(pool)
        .updateTable('ops.run')
        .set({ state: 'done', ended_at: clockTimestamp, outcome: JSON.stringify(outcome) })
        .where('run_id', '=', runId)
        .where('state', '=', 'running')
        .execute();
    },
  };
}

async function insertRun(
  client: pg.PoolClient,
  request: RunRequest,
  fingerprint: string,
  detail: object,
): Promise<string> {
  const row = await warehouse(client)
    .insertInto('ops.run')
    .values({
      command: request.command,
      workspace_id_code: request.workspaceIdCode ?? null,
      fingerprint,
      fingerprint_detail: JSON.stringify(detail),
    })
    .returning('run_id')
    .executeTakeFirstOrThrow();
  return row.run_id;
}

function differentFingerprint(
  command: string,
  runId: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): RefusedError {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const differing = names.filter((name) => before[name] !== now[name]);
  return new RefusedError(
    `Run ${runId} of ${command} is unfinished and was started with another ${differing.join(', ')}.`,
    {
      stage: command,
      nextStep: `Restore the former ${differing.join(', ')} and start ${command} again, or end run ${runId} with: itop-to-intercom status --abandon ${runId}`,
    },
  );
}

/** Ends an unfinished run as failed. Throws RefusedError while one of its processes is alive, and for a run that is none. */
export async function abandonRun(pool: pg.Pool, runId: string): Promise<void> {
  const ended = /^\d+$/.test(runId)
    ? await warehouse(pool)
        .updateTable('ops.run as r')
        .set({ state: 'failed', ended_at: clockTimestamp, outcome: JSON.stringify({ abandoned: true }) })
        .where('r.run_id', '=', runId)
        .where('r.state', '=', 'running')
        .where((run) =>
          run.not(
            run.exists(
              run
                .selectFrom('ops.process as p')
                .whereRef('p.run_id', '=', 'r.run_id')
                .where(sql<boolean>`ops.is_alive(p)`),
            ),
          ),
        )
        .executeTakeFirst()
    : undefined;
  if (ended?.numUpdatedRows === 1n) return;
  throw new RefusedError(`Run ${runId} is finished, or one of its processes was alive a few seconds ago.`, {
    stage: 'status',
    nextStep:
      'Look at the unfinished runs with: itop-to-intercom status. End their processes first, then wait ten seconds.',
  });
}
