import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { type CsvRow, csvStart, toCsv } from './csv.ts';
import type { WrittenFile } from './object-files.ts';

interface FileRow {
  readonly belongs_to: string;
  readonly class: string;
  readonly file_name: string | null;
  readonly media_type: string | null;
  readonly byte_size: string | null;
  readonly blob_hash: Buffer | null;
  readonly finding: string | null;
  readonly itop_key: string;
}

const columns = [
  'belongs_to',
  'class',
  'file',
  'file_name',
  'media_type',
  'byte_size',
  'sha256',
  'finding',
  'itop_key',
];

/** Copies the bytes of every file of `handoff.file` beside its index (rule A2). Returns the index, and the text to be written as it. */
export async function copyFiles(
  client: pg.ClientBase,
  directory: string,
  blobs: BlobStore | undefined,
): Promise<{ readonly index: WrittenFile; readonly csv: string }> {
  const { rows } = await client.query<FileRow>(
    `select belongs_to, class, file_name, media_type, byte_size::text, blob_hash, finding, source_key as itop_key
     from handoff.file order by class, belongs_to, file_key`,
  );
  await mkdir(join(directory, 'files'), { recursive: true });
  const lines: CsvRow[] = [];
  for (const row of rows) {
    const name = `${safeName(row.itop_key)}-${safeName(row.file_name ?? 'file')}`;
    const isThere = blobs !== undefined && row.blob_hash !== null && (await blobs.has(row.blob_hash));
    if (isThere && row.blob_hash !== null) {
      await pipeline(blobs.read(row.blob_hash), createWriteStream(join(directory, 'files', name)));
    }
    lines.push({
      ...row,
      file: isThere ? name : '',
      sha256: row.blob_hash,
      finding: row.finding ?? (isThere ? null : 'bytes not in the blob store'),
    });
  }
  const purpose =
    'Files that go with no conversation, each beside this list, with its hash and the object it belongs to.';
  return {
    index: { file: 'files/index.csv', title: 'Files of other objects', purpose, rows: rows.length },
    csv: csvStart + toCsv(columns, lines),
  };
}

/** A name that came from elsewhere as one that can be nothing but a file in this directory. */
export function safeName(name: string): string {
  return name
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-120);
}
