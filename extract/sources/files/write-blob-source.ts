import type pg from 'pg';

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
  await pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, stated_size, file_name, media_type, finding)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (source_key, attribute) do update set
       blob_hash = excluded.blob_hash, byte_size = excluded.byte_size, stated_size = excluded.stated_size,
       file_name = excluded.file_name, media_type = excluded.media_type, finding = excluded.finding,
       fetched_at = clock_timestamp()`,
    [
      row.source_key,
      row.attribute,
      row.blob_hash,
      row.byte_size,
      row.stated_size,
      row.file_name.replaceAll('\0', ''),
      row.media_type.replaceAll('\0', ''),
      row.finding,
    ],
  );
}
