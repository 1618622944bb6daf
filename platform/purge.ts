import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from './database.ts';
import { RefusedError } from './errors.ts';
import { warehouse } from './warehouse.ts';

export const purgeKinds = ['versions', 'dead_letters', 'journal'] as const;
export type PurgeKind = (typeof purgeKinds)[number];

/** Who purges, and why: both stay in the record. */
export interface PurgeSignature {
  readonly purgedBy: string;
  readonly reason: string;
}

export interface PurgeRequest {
  readonly kinds: readonly PurgeKind[];
  /** What is younger stays. */
  readonly keepDays: number;
  /** Only what belongs to this object. */
  readonly sourceKey?: string;
}

export interface PurgedRow {
  readonly kind: PurgeKind | 'files' | 'topics';
  readonly what: string;
  readonly rows: number;
  readonly bytes: number;
}

interface Victims {
  /** Rows that go: `what`, `bytes`, `at` and a key. */
  select(cutoff: Date, sourceKey: string | null): RawBuilder<unknown>;
  /** Takes them away; reads the relation `victim`. */
  readonly remove: RawBuilder<unknown>;
}

const victims: Readonly<Record<PurgeKind, Victims>> = {
  // Never the latest version, nor the one that the next record is compared with.
  versions: {
    select: (
      cutoff,
      sourceKey,
    ) => sql`select o.root_class, o.version_id, o.final_class as what, pg_column_size(o.payload)::bigint as bytes, o.landed_at as at
             from raw.object o join raw.head h on h.source_key = o.source_key
             where o.version_id not in (h.version_id, h.last_version_id) and o.landed_at < ${cutoff} and (${sourceKey}::text is null or o.source_key = ${sourceKey})`,
    remove: sql`delete from raw.object o using victim v where o.root_class = v.root_class and o.version_id = v.version_id`,
  },
  dead_letters: {
    select: (
      cutoff,
      sourceKey,
    ) => sql`select dead_letter_id, reason_code as what, length(content)::bigint as bytes, landed_at as at
             from raw.dead_letter where landed_at < ${cutoff} and (${sourceKey}::text is null or source_key = ${sourceKey})`,
    remove: sql`delete from raw.dead_letter d using victim v where d.dead_letter_id = v.dead_letter_id`,
  },
  // What an existing object held before (before_image) stays: a rollback restores it. A creation whose text a delta still compares
  // with stays until that delta has noted it.
  journal: {
    select: (
      cutoff,
      sourceKey,
    ) => sql`select j.journal_id, j.operation as what, pg_column_size(j.payload)::bigint as bytes, j.outcome_at as at
             from load.journal j
             where j.payload is not null and j.state in ('done', 'failed', 'abandoned') and j.outcome_at < ${cutoff}
               and (${sourceKey}::text is null or j.source_key = ${sourceKey})
               and (j.operation <> 'createConversation' or exists (
                 select from load.representation r
                 where r.workspace_id_code = j.workspace_id_code and r.target_key = j.target_key))`,
    remove: sql`update load.journal j set payload = null from victim v where j.journal_id = v.journal_id`,
  },
};

interface CountRow {
  readonly what: string;
  readonly rows: string;
  readonly bytes: string;
}

/** What a purge would take away, in counts; changes nothing. */
export async function planPurge(pool: pg.Pool, request: PurgeRequest): Promise<PurgedRow[]> {
  const planned: PurgedRow[] = [];
  for (const kind of request.kinds) {
    const victim = victims[kind].select(cutoffOf(request), request.sourceKey ?? null);
    const { rows } = await sql<CountRow>`
      select what, count(*) as rows, coalesce(sum(bytes), 0) as bytes
      from (${victim}) as victim group by what order by what`.execute(warehouse(pool));
    planned.push(...rows.map((row) => ({ kind, what: row.what, rows: Number(row.rows), bytes: Number(row.bytes) })));
  }
  return planned;
}

/**
 * Takes it away for good and records that it did, in one transaction: who, why, what, in counts and without content.
 * Throws RefusedError while a run is unfinished or a transform has not seen what was extracted: both still need what would go.
 */
export async function executePurge(pool: pg.Pool, request: PurgeRequest & PurgeSignature): Promise<PurgedRow[]> {
  return inTransaction(pool, async (client) => {
    await checkPurge(client, request);
    const purged: PurgedRow[] = [];
    for (const kind of request.kinds) {
      const victim = victims[kind].select(cutoffOf(request), request.sourceKey ?? null);
      const purgeId = await openPurge(client, kind, request);
      // One statement, so that what is counted is what goes.
      const { rows } = await sql<CountRow>`
        with victim as materialized (${victim}), gone as (${victims[kind].remove})
        insert into ops.purged (purge_id, what, row_count, byte_count, oldest_at, newest_at)
        select ${purgeId}, what, count(*), coalesce(sum(bytes), 0), min(at), max(at) from victim group by what
        returning what, row_count as rows, byte_count as bytes`.execute(warehouse(client));
      purged.push(...rows.map((row) => ({ kind, what: row.what, rows: Number(row.rows), bytes: Number(row.bytes) })));
    }
    return purged;
  });
}

/** Begins the record of a purge of one kind; gives its id. */
export async function openPurge(
  client: pg.PoolClient,
  kind: PurgedRow['kind'],
  request: Pick<PurgeRequest, 'keepDays' | 'sourceKey'> & PurgeSignature,
): Promise<string> {
  const row = await warehouse(client)
    .insertInto('ops.purge')
    .values({
      kind,
      source_key: request.sourceKey ?? null,
      kept_days: request.keepDays,
      cutoff_at: cutoffOf(request),
      reason: request.reason,
      purged_by: request.purgedBy,
    })
    .returning('purge_id')
    .executeTakeFirstOrThrow();
  return row.purge_id;
}

/** Throws RefusedError when nobody signs, or when something unfinished may need what would go. */
export async function checkPurge(client: pg.PoolClient, { purgedBy, reason }: PurgeSignature): Promise<void> {
  if (purgedBy.trim() === '' || reason.trim() === '')
    throw refused('A purge needs a name and a reason: they stay in its record.', 'Give them with --by and --reason.');
  const run = await warehouse(client)
    .selectFrom('ops.run')
    .select('command')
    .where('state', '=', 'running')
    .orderBy('command')
    .limit(1)
    .executeTakeFirst();
  if (run !== undefined)
    throw refused(
      `A run of "${run.command}" is unfinished and may still need what would be deleted.`,
      `Let it end: itop-to-intercom ${run.command}`,
    );
  const changed = await warehouse(client).selectFrom('ops.changed_object').select('source_key').limit(1).execute();
  if (changed.length > 0)
    throw refused(
      'What was extracted last is not transformed yet: it still needs former versions.',
      'itop-to-intercom transform, then purge again',
    );
}

/** What is older than this is beyond the retention. */
export function cutoffOf(request: Pick<PurgeRequest, 'keepDays'>): Date {
  return new Date(Date.now() - request.keepDays * 86_400_000);
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'purge', nextStep });
}
