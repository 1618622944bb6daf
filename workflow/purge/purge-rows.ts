import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { warehouse } from '../../platform/warehouse.ts';
import {
  checkPurge,
  cutoffOf,
  openPurge,
  type PurgedRow,
  type PurgeKind,
  type PurgeRequest,
  type PurgeSignature,
} from './purge-record.ts';

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
