import type pg from 'pg';
import { clockTimestamp, warehouse } from '../../../platform/warehouse.ts';

/** A row of raw.blob_source. */
export interface BlobSource {
  readonly source_key: string;
  readonly attribute: string;
  readonly blob_hash: Buffer | null;
  readonly byte_size: number | null;
  readonly stated_size: number | null;
  readonly file_name: string;
  readonly media_type: string;
  readonly finding: 'empty file' | 'bytes missing' | 'bytes differ' | 'refused by type' | null;
}

/** Writes what became of one file; a file read again replaces its row. NUL, which Postgres cannot hold, is left out of names. */
export async function writeBlobSource(pool: pg.Pool, row: BlobSource): Promise<void> {
  await warehouse(pool)
    .insertInto('raw.blob_source')
    .values({
      source_key: row.source_key,
      attribute: row.attribute,
      blob_hash: row.blob_hash,
      byte_size: row.byte_size,
      stated_size: row.stated_size,
      file_name: row.file_name.replaceAll('\0', ''),
      media_type: row.media_type.replaceAll('\0', ''),
      finding: row.finding,
    })
    .onConflict((conflict) =>
      conflict.columns(['source_key', 'attribute']).doUpdateSet((excluded) => ({
        blob_hash: excluded.ref('excluded.blob_hash'),
        byte_size: excluded.ref('excluded.byte_size'),
        stated_size: excluded.ref('excluded.stated_size'),
        file_name: excluded.ref('excluded.file_name'),
        media_type: excluded.ref('excluded.media_type'),
        finding: excluded.ref('excluded.finding'),
        fetched_at: clockTimestamp,
      })),
    )
    .execute();
}
