import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { RefusedError } from '../errors.ts';
import { type BackupTable, backupTables, quoted } from './backup-tables.ts';
import { type Manifest, manifestName } from './manifest.ts';

export interface BackupRequest {
  readonly pool: pg.Pool;
  readonly directory: string;
  /** Also the extracted versions: without them a restored database extracts again. */
  readonly withRaw: boolean;
}

/**
 * Writes the state tables into an empty directory, one compressed file a table, as one snapshot: identities, journal, verdicts, decisions,
 * confirmations, runs. The list with the hashes comes last, so that a backup that was cut off is none.
 */
export async function writeBackup(request: BackupRequest): Promise<Manifest> {
  const { pool, directory, withRaw } = request;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0)
    throw new RefusedError(`${directory} is not empty.`, {
      stage: 'database',
      nextStep: 'Name a new directory for the backup.',
    });
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const migrations = await client.query<{ name: string; hash: string }>(
      'select name, hash from public.migration order by name',
    );
    const tables: Manifest['tables'] = [];
    for (const table of await backupTables(client, withRaw)) tables.push(await writeTable(client, directory, table));
    await client.query('commit');
    const manifest: Manifest = {
      format: 1,
      createdAt: new Date().toISOString(),
      withRaw,
      migrations: migrations.rows,
      tables,
    };
    await writeFile(join(directory, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    return manifest;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // After a failed COPY the connection is in an unknown state: it is not used again.
    client.release(failure);
  }
}

async function writeTable(
  client: pg.PoolClient,
  directory: string,
  table: BackupTable,
): Promise<Manifest['tables'][number]> {
  const file = `${table.name}.copy.gz`;
  const hash = createHash('sha256');
  const columns = table.columns.map(quoted).join(', ');
  const copy = client.query(copyTo(`copy (select ${columns} from ${quoted(table.name)}) to stdout`));
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(copy, createGzip(), hashing, createWriteStream(join(directory, file), { mode: 0o600 }));
  return { name: table.name, columns: [...table.columns], file, rows: copy.rowCount, sha256: hash.digest('hex') };
}
