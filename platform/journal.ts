import { sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { type Identity, recordIdentities } from './identity.ts';
import { LeaseLost, livingLease, type ProcessLease } from './process-lease.ts';
import type { ServerClock } from './server-clock.ts';
import { type Verdict, writeVerdicts } from './verdict-writer.ts';
import { anyOf, hexOf, warehouse } from './warehouse.ts';

/** Which thing is being written, for which source object. */
export interface Target {
  readonly phase: string;
  readonly type: string;
  readonly key: string;
  /** Object whose load the call belongs to: all calls of a ticket carry the ticket's key. */
  readonly sourceKey: string;
  readonly rawVersion: string | null;
  readonly payloadHash: Buffer | null;
}

export interface Intent {
  readonly target: Target;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly payload: unknown;
  readonly sentCreatedAt?: Date | undefined;
  /** What an existing object holds in the fields about to be written. */
  readonly beforeImage?: unknown;
}

export interface Outcome {
  readonly journalId: string;
  readonly state: 'done' | 'failed' | 'uncertain' | 'abandoned';
  readonly httpStatus?: number | undefined;
  readonly requestId?: string | null | undefined;
  readonly reasonCode?: string;
  readonly reason?: string;
  readonly nextStep?: string;
  /** Ids and states only, never bodies. */
  readonly response?: unknown;
  readonly resolution?: string | undefined;
  /** For `uncertain`: how long ago the call can have been sent at the latest, in milliseconds. */
  readonly sentAgoMs?: number;
  /** Recorded in the transaction of the outcome, as are the verdicts. */
  readonly identities?: readonly Identity[];
  readonly verdicts?: readonly Verdict[];
}

/** Reason code of a call whose process ended, or lost its lease, before it wrote down the outcome; `reconcile.load_error` names it too. */
export const processEnded = 'ProcessEnded';

/** An intent whose outcome nobody wrote down, or whose answer was lost. */
export interface OpenIntent {
  readonly journalId: string;
  readonly sourceKey: string;
  readonly targetType: string;
  readonly targetKey: string;
  readonly operation: string;
  readonly state: 'intent' | 'uncertain';
  readonly payload: unknown;
  /** Hash of what was planned when it was sent: iTop may hold something else by now. */
  readonly payloadHash: Buffer | null;
  readonly beforeImage: unknown;
  /**
   * When the call can have been sent at the latest, on this process's monotonic clock (`performance.now()`): when its process
   * says so, else before the lease ran out under which the intent was written.
   */
  readonly sentAtMs: number;
}

/**
 * The journal of writing calls: intent committed before the call, outcome after it. Both are taken under a living lease only:
 * they throw LeaseLost otherwise, and then whoever has the object next resolves the intent.
 */
export interface Journal {
  /** Resolves with the journal id once the intent is committed; only then the call may be sent. */
  intend(intent: Intent): Promise<string>;
  /** Resolves once the outcome is committed, together with its identities and verdicts. */
  close(outcome: Outcome): Promise<void>;
}

export interface JournalOptions {
  readonly workspaceIdCode: string;
  readonly runId: string;
  readonly lease: Pick<ProcessLease, 'processId'>;
  /** Intercom's: what it shows is dated by it, and the warehouse's may be ahead of it. */
  readonly clock: Pick<ServerClock, 'earliest'>;
}

/**
 * Opens the journal for one process of a run.
 *
 * All concurrent workers share one statement a batch, for intents and for outcomes, so the journal costs a few commits
 * a batch and not two a call.
 */
export function openJournal(pool: pg.Pool, options: JournalOptions): Journal {
  const intents = createGroupCommit<Intent, string>((batch) => insertIntents(pool, options, batch), 500);
  const outcomes = createGroupCommit<Outcome, void>((batch) => writeOutcomes(pool, options, batch), 500);
  return { intend: (intent) => intents.submit(intent), close: (outcome) => outcomes.submit(outcome) };
}

async function insertIntents(pool: pg.Pool, options: JournalOptions, batch: readonly Intent[]): Promise<string[]> {
  const inserted = await pool.query<{ journal_id: string; target_type: string; target_key: string; operation: string }>(
    `with own as materialized (${livingLease('$3')})
     insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key,
                               source_key, raw_version, method, path, payload, payload_hash, sent_created_at, before_image,
                               intercom_at)
     select $1, $2, $3, i.phase, i.operation, i.target_type, i.target_key,
            i.source_key, i.raw_version, i.method, i.path, i.payload, i.payload_hash, i.sent_created_at, i.before_image,
            $5
     from jsonb_populate_recordset(null::load.journal, $4::jsonb) as i
     where exists (select from own)
     returning journal_id, target_type, target_key, operation`,
    [
      options.workspaceIdCode,
      options.runId,
      options.lease.processId,
      JSON.stringify(
        batch.map((intent) => ({
          phase: intent.target.phase,
          operation: intent.operation,
          target_type: intent.target.type,
          target_key: intent.target.key,
          source_key: intent.target.sourceKey,
          raw_version: intent.target.rawVersion,
          method: intent.method,
          path: intent.path,
          payload: intent.payload,
          payload_hash: hexOf(intent.target.payloadHash),
          sent_created_at: intent.sentCreatedAt?.toISOString() ?? null,
          before_image: intent.beforeImage ?? null,
        })),
      ),
      options.clock.earliest(),
    ],
  );
  if (inserted.rows.length === 0) throw new LeaseLost();
  // One open intent a target and operation (index journal_open), so these three name the row; their order is not promised.
  const ids = new Map(
    inserted.rows.map((row) => [intentKey(row.target_type, row.target_key, row.operation), row.journal_id]),
  );
  return batch.map((intent) => {
    const id = ids.get(intentKey(intent.target.type, intent.target.key, intent.operation));
    if (id === undefined) throw new Error(`No journal row came back for ${intent.operation} of ${intent.target.key}.`);
    return id;
  });
}

function intentKey(type: string, key: string, operation: string): string {
  return JSON.stringify([type, key, operation]);
}

async function writeOutcomes(pool: pg.Pool, options: JournalOptions, batch: readonly Outcome[]): Promise<undefined[]> {
  const identities = batch.flatMap((outcome) =>
    (outcome.identities ?? []).map((identity) => ({
      ...identity,
      workspaceIdCode: options.workspaceIdCode,
      runId: options.runId,
      journalId: outcome.journalId,
    })),
  );
  const verdicts = batch.flatMap((outcome) => outcome.verdicts ?? []);
  await inTransaction(pool, async (client) => {
    const written = await client.query(
      `with own as materialized (${livingLease('$2')})
       update load.journal j
       set state = o.state, outcome_at = clock_timestamp(), http_status = o.http_status, request_id = o.request_id,
           reason_code = o.reason_code, reason = o.reason, next_step = o.next_step, response = o.response,
           resolution = o.resolution,
           sent_at = coalesce(clock_timestamp() - o.sent_ago_ms * interval '1 millisecond', j.sent_at)
       from jsonb_to_recordset($1::jsonb) as o (
         journal_id bigint, state text, http_status integer, request_id text, reason_code text, reason text,
         next_step text, response jsonb, resolution text, sent_ago_ms double precision)
       where j.journal_id = o.journal_id and exists (select from own)`,
      [
        JSON.stringify(
          batch.map((outcome) => ({
            journal_id: outcome.journalId,
            state: outcome.state,
            http_status: outcome.httpStatus ?? null,
            request_id: outcome.requestId ?? null,
            reason_code: outcome.reasonCode ?? null,
            reason: outcome.reason ?? null,
            next_step: outcome.nextStep ?? null,
            response: outcome.response ?? null,
            resolution: outcome.resolution ?? null,
            sent_ago_ms: outcome.sentAgoMs ?? null,
          })),
        ),
        options.lease.processId,
      ],
    );
    if (written.rowCount === 0) throw new LeaseLost();
    await recordIdentities(client, identities);
    await writeVerdicts(client, verdicts);
  });
  return batch.map(() => undefined);
}

/** Open intents of a phase, for the given source objects or all, for a process that took over the work on them. */
export async function findOpenIntents(
  pool: pg.Pool,
  workspaceIdCode: string,
  phase: string,
  sourceKeys?: readonly string[],
): Promise<OpenIntent[]> {
  const sentAgoMs = sql<number>`
    greatest(0, 1000 * extract(epoch from clock_timestamp() - coalesce(j.sent_at,
      least(p.ended_at, p.lost_at, p.heartbeat_at + p.lease_ms * interval '1 millisecond'))))::double precision`;
  let open = warehouse(pool)
    .selectFrom('load.journal as j')
    .innerJoin('ops.process as p', 'p.process_id', 'j.process_id')
    .select(['j.journal_id', 'j.source_key', 'j.target_type', 'j.target_key', 'j.operation', 'j.state'])
    .select(['j.payload', 'j.payload_hash', 'j.before_image', sentAgoMs.as('sent_ago_ms')])
    .where('j.workspace_id_code', '=', workspaceIdCode)
    .where('j.phase', '=', phase)
    .where('j.state', 'in', ['intent', 'uncertain'])
    .$narrowType<{ state: 'intent' | 'uncertain' }>();
  if (sourceKeys !== undefined) open = open.where('j.source_key', '=', anyOf(sourceKeys));
  const found = await open.execute();
  const now = performance.now();
  return found.map((row) => ({
    journalId: row.journal_id,
    sourceKey: row.source_key,
    targetType: row.target_type,
    targetKey: row.target_key,
    operation: row.operation,
    state: row.state,
    payload: row.payload,
    payloadHash: row.payload_hash,
    beforeImage: row.before_image,
    sentAtMs: now - row.sent_ago_ms,
  }));
}

/**
 * Whether a call for this target was ever of unknown outcome. What exists in Intercom may then be our own work
 * (RULES P2); otherwise it was there before.
 */
export async function wasEverUncertain(
  pool: pg.Pool,
  workspaceIdCode: string,
  target: Target,
  operation: string,
): Promise<boolean> {
  const found = await warehouse(pool)
    .selectFrom('load.journal')
    .select('journal_id')
    .where('workspace_id_code', '=', workspaceIdCode)
    .where('target_type', '=', target.type)
    .where('target_key', '=', target.key)
    .where('operation', '=', operation)
    .where('sent_at', 'is not', null)
    .where('before_image', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
