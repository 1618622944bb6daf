import { sql } from 'kysely';
import type pg from 'pg';
import type { BlobStore, StoredBlob } from '../../platform/blob-store.ts';
import { inTransaction } from '../../platform/database.ts';
import { anyOf, clockTimestamp, givenRows, warehouse } from '../../platform/warehouse.ts';
import {
  checkPurge,
  cutoffOf,
  openPurge,
  type PurgedRow,
  type PurgeRequest,
  type PurgeSignature,
} from './purge-record.ts';

type Scope = Pick<PurgeRequest, 'keepDays' | 'sourceKey'>;

/** Files a statement asks the database about. */
const batchSize = 1_000;

/** What of the blob store a purge would take away, in counts; changes nothing. */
export async function planFilePurge(pool: pg.Pool, store: BlobStore, scope: Scope): Promise<PurgedRow[]> {
  const counts = new Map<string, Count>();
  const complete = await completeWorkspaces(pool);
  for await (const batch of batchesOf(store, cutoffOf(scope))) {
    addTo(counts, await victimsOf(pool, batch, scope, complete));
  }
  return rowsOf(counts);
}

/**
 * Takes away for good the bytes that nothing needs any more: not written since the retention, not fetched since, and, where a
 * conversation carries them, sent. What is taken is recorded first, a batch at a time: a purge that is killed names a file twice
 * rather than not at all. `raw.blob_source` goes on naming the files, with `purged_at`.
 *
 * Throws RefusedError as `executePurge` does.
 */
export async function executeFilePurge(
  pool: pg.Pool,
  store: BlobStore,
  request: Scope & PurgeSignature,
): Promise<PurgedRow[]> {
  const purgeId = await inTransaction(pool, async (client) => {
    await checkPurge(client, request);
    return openPurge(client, 'files', request);
  });
  const counts = new Map<string, Count>();
  const complete = await completeWorkspaces(pool);
  for await (const batch of batchesOf(store, cutoffOf(request))) {
    const victims = await victimsOf(pool, batch, request, complete);
    if (victims.length === 0) continue;
    addTo(counts, victims);
    await inTransaction(pool, async (client) => {
      await warehouse(client)
        .updateTable('raw.blob_source')
        .set({ purged_at: clockTimestamp })
        .where('blob_hash', '=', anyOf(victims.map(({ hash }) => hash)))
        .execute();
      await addToRecord(client, purgeId, victims);
    });
    for (const { hash } of victims) await store.remove(hash);
  }
  return rowsOf(counts);
}

interface Victim extends StoredBlob {
  readonly what: string;
}

/** Each batch adds to what the batches before it took. */
async function addToRecord(client: pg.PoolClient, purgeId: string, victims: readonly Victim[]): Promise<void> {
  const gone = givenRows(
    'gone',
    { what: 'text', bytes: 'bigint', at: 'timestamptz' },
    victims.map(({ what, size, modifiedAt }) => ({ what, bytes: size, at: modifiedAt })),
  );
  const db = warehouse(client);
  const sums = db
    .selectFrom(gone)
    .select((row) => [
      sql`${purgeId}::bigint`.as('purge_id'),
      'gone.what',
      row.fn.countAll().as('row_count'),
      row.fn.sum('gone.bytes').as('byte_count'),
      row.fn.min('gone.at').as('oldest_at'),
      row.fn.max('gone.at').as('newest_at'),
    ])
    .groupBy('gone.what');
  await db
    .insertInto('ops.purged')
    .columns(['purge_id', 'what', 'row_count', 'byte_count', 'oldest_at', 'newest_at'])
    .expression(sums)
    .onConflict((conflict) =>
      conflict.columns(['purge_id', 'what']).doUpdateSet((row) => ({
        row_count: row('ops.purged.row_count', '+', row.ref('excluded.row_count')),
        byte_count: row('ops.purged.byte_count', '+', row.ref('excluded.byte_count')),
        oldest_at: row.fn<Date>('least', ['ops.purged.oldest_at', 'excluded.oldest_at']),
        newest_at: row.fn<Date>('greatest', ['ops.purged.newest_at', 'excluded.newest_at']),
      })),
    )
    .execute();
}

/**
 * Workspaces that hold the files of all conversations, but for those that failed: the sample's workspace holds only some, and
 * the load that needs the others is still to come.
 */
async function completeWorkspaces(pool: pg.Pool): Promise<readonly string[]> {
  const rows = await warehouse(pool)
    .selectFrom('load.workspace as w')
    .select('w.workspace_id_code')
    .where((workspace) => {
      const sent = workspace
        .selectFrom('load.identity as i')
        .whereRef('i.workspace_id_code', '=', 'w.workspace_id_code')
        .where('i.target_type', 'in', ['attachment', 'attachment_handed_off'])
        .where(sql<boolean>`i.target_key = p.target_key`);
      const failed = workspace
        .selectFrom('load.outcome as o')
        .whereRef('o.workspace_id_code', '=', 'w.workspace_id_code')
        .where('o.target_type', '=', 'conversation')
        .where(sql<boolean>`o.target_key = p.conversation_key`);
      const missing = workspace
        .selectFrom('intercom.conversation_part_file as p')
        .where('p.blob_hash', 'is not', null)
        .where(workspace.not(workspace.exists(sent)))
        .where(workspace.not(workspace.exists(failed)));
      return workspace.not(workspace.exists(missing));
    })
    .execute();
  return rows.map((row) => row.workspace_id_code);
}

async function victimsOf(
  pool: pg.Pool,
  batch: readonly StoredBlob[],
  scope: Scope,
  complete: readonly string[],
): Promise<Victim[]> {
  const { rows } = await pool.query<{ place: number; what: string }>(
    `select f.place::integer - 1 as place, coalesce(named.what, 'unnamed') as what
     from unnest($1::bytea[]) with ordinality as f (blob_hash, place)
     cross join lateral (
       select min(split_part(s.source_key, '::', 1)) as what, bool_and(s.fetched_at < $2) as is_old, bool_and(s.source_key = $3) as is_of_key
       from raw.blob_source s where s.blob_hash = f.blob_hash
     ) named
     where coalesce(named.is_old, true) and ($3::text is null or named.is_of_key)
       -- What a conversation still has to carry stays.
       and not exists (
         select from intercom.conversation_part_file p
         where p.blob_hash = f.blob_hash and not exists (
           select from load.identity i
           where i.workspace_id_code = any ($4) and i.target_type in ('attachment', 'attachment_handed_off')
             and i.target_key = p.target_key))`,
    [batch.map(({ hash }) => hash), cutoffOf(scope), scope.sourceKey ?? null, complete],
  );
  return rows.map(({ place, what }) => ({ ...(batch[place] as StoredBlob), what }));
}

async function* batchesOf(store: BlobStore, cutoff: Date): AsyncGenerator<readonly StoredBlob[]> {
  let batch: StoredBlob[] = [];
  for await (const blob of store.list()) {
    if (blob.modifiedAt >= cutoff) continue;
    batch.push(blob);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Count {
  rows: number;
  bytes: number;
}

function addTo(counts: Map<string, Count>, victims: readonly Victim[]): void {
  for (const { what, size } of victims) {
    const { rows, bytes } = counts.get(what) ?? { rows: 0, bytes: 0 };
    counts.set(what, { rows: rows + 1, bytes: bytes + size });
  }
}

function rowsOf(counts: ReadonlyMap<string, Count>): PurgedRow[] {
  return [...counts].sort().map(([what, count]) => ({ kind: 'files', what, ...count }));
}
