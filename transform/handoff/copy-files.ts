import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { type BlobStore, DamagedBlob } from '../../platform/blob-store.ts';
import { type CsvRow, csvStart, toCsv } from '../../platform/csv.ts';
import { makePrivateDirectory, openPrivateFile } from '../../platform/private-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { WrittenFile } from './object-files.ts';

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
  const rows = await warehouse(client)
    .selectFrom('handoff.file')
    .select([
      ...(['belongs_to', 'class', 'file_name', 'media_type', 'byte_size', 'blob_hash', 'finding', 'file_key'] as const),
      'source_key as itop_key',
    ])
    .orderBy('class')
    .orderBy('belongs_to')
    .orderBy('file_key')
    .execute();
  await makePrivateDirectory(join(directory, 'files'));
  const lines: CsvRow[] = [];
  const used = new Set<string>();
  for (const row of rows) {
    let name = `${safeName(row.itop_key)}-${safeName(row.file_name ?? 'file')}`;
    // One object may hold two files of one name.
    if (used.has(name)) name = `${safeName(row.file_key)}-${safeName(row.file_name ?? 'file')}`;
    used.add(name);
    let isThere = blobs !== undefined && row.blob_hash !== null && (await blobs.has(row.blob_hash));
    let damage: string | null = null;
    if (isThere && blobs !== undefined && row.blob_hash !== null) {
      const path = join(directory, 'files', name);
      await pipeline(blobs.read(row.blob_hash), await openPrivateFile(path)).catch(async (error: unknown) => {
        if (!(error instanceof DamagedBlob)) throw error;
        await rm(path, { force: true });
        isThere = false;
        damage = 'bytes changed in the blob store: fetch the file again';
      });
    }
    lines.push({
      ...row,
      file: isThere ? name : '',
      sha256: row.blob_hash,
      finding: row.finding ?? damage ?? (isThere ? null : 'bytes not in the blob store'),
    });
  }
  const purpose =
    'Files that go with no conversation, each beside this list, with its hash and the object it belongs to.';
  return {
    index: { file: 'files/index.csv', title: 'Files of other objects', purpose, rows: rows.length },
    csv: csvStart + toCsv(columns, lines),
  };
}

/** Most bytes of a part of a name: with a prefix of the same length it stays below the 255 that file systems take. */
const longestName = 120;

/** A name that came from elsewhere as one that can be nothing but a file in this directory: short in bytes, its ending kept. */
function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_');
  if (Buffer.byteLength(safe) <= longestName) return safe;
  const ending = /\.[A-Za-z0-9]{1,16}$/.exec(safe)?.[0] ?? '';
  let start = '';
  let bytes = Buffer.byteLength(ending);
  for (const character of safe) {
    bytes += Buffer.byteLength(character);
    if (bytes > longestName) break;
    start += character;
  }
  return start + ending;
}
