import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { sql } from 'kysely';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { inTransaction } from '../database.ts';
import { RefusedError } from '../errors.ts';
import { warehouse } from '../warehouse.ts';
import { backupTables, quoted } from './backup-tables.ts';
import { type Manifest, readManifest } from './manifest.ts';

export interface RestoreRequest {
  readonly pool: pg.Pool;
  readonly directory: string;
  /** Also where the database holds work: that is replaced. */
  readonly isReplacing: boolean;
}

/**
 * Puts a backup in the place of the state tables, in one transaction: either all of it is there afterwards or nothing changed. What is derived
 * is built again by the next transform. Throws RefusedError for a backup that was changed, one of another version of the tool, a database
 * that a process works on, and one that holds work unless replacing was asked for.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Manifest> {
  const { pool, directory, isReplacing } = request;
  const manifest = await readManifest(directory);
  await checkFiles(directory, manifest);
  await inTransaction(pool, async (client) => {
    await checkMigrations(client, manifest);
    await checkIdle(client);
    if (!isReplacing) await checkEmpty(client);
    const present = new Map((await backupTables(client, manifest.withRaw)).map((table) => [table.name, table]));
    const differing = manifest.tables.filter(
      (table) => present.get(table.name)?.columns.join() !== table.columns.join(),
    );
    if (differing.length > 0 || present.size !== manifest.tables.length)
      throw refused(
        `The backup's tables are not this database's: ${differing.map((table) => table.name).join(', ')}.`,
        'Restore it with the version of the tool that wrote it.',
      );
    // One statement: tables that refer to each other are emptied together. What is left out of a backup goes too.
    const emptied = [...present.keys(), 'ops.materialised', 'ops.stale_owner', 'load.claim', 'load.rate_window'];
    await client.query(`truncate ${emptied.map(quoted).join(', ')}`);
    for (const table of manifest.tables) {
      const columns = table.columns.map(quoted).join(', ');
      const copy = client.query(copyFrom(`copy ${quoted(table.name)} (${columns}) from stdin`));
      await pipeline(createReadStream(join(directory, table.file)), createGunzip(), copy);
      if (copy.rowCount !== table.rows)
        throw refused(`${table.file} holds ${copy.rowCount} rows, not ${table.rows}.`, 'Use another backup.');
      await continueNumbering(client, table.name);
    }
  });
  return manifest;
}

async function checkFiles(directory: string, manifest: Manifest): Promise<void> {
  for (const table of manifest.tables) {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(join(directory, table.file))) hash.update(chunk as Buffer);
    } catch (error) {
      throw refused(
        `${table.file} of the backup cannot be read: ${(error as Error).message}`,
        'Use a backup that is whole.',
      );
    }
    if (hash.digest('hex') !== table.sha256)
      throw refused(`${table.file} was changed since the backup was written.`, 'Use a backup that is whole.');
  }
}

async function checkMigrations(client: pg.PoolClient, manifest: Manifest): Promise<void> {
  const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from public.migration');
  const here = new Map(rows.map((row) => [row.name, row.hash]));
  const differing = manifest.migrations.filter((one) => here.get(one.name) !== one.hash).map((one) => one.name);
  if (differing.length > 0 || here.size !== manifest.migrations.length)
    throw refused(
      'The backup is of another version of the tool: its database schema differs.',
      'Restore it with the version that wrote it, then bring that database up to date.',
    );
}

async function checkIdle(client: pg.PoolClient): Promise<void> {
  const rows = await warehouse(client)
    .selectFrom('ops.process as p')
    .innerJoin('ops.run as r', 'r.run_id', 'p.run_id')
    .select(['r.command', 'p.pid'])
    .where(sql<boolean>`ops.is_alive(p)`)
    .execute();
  const [first] = rows;
  if (first !== undefined)
    throw refused(`"${first.command}" (process ${first.pid}) is working on this database.`, 'Stop it, then restore.');
}

/** Whether anything would be lost: runs, identities and calls, not what migrations put there. */
async function checkEmpty(client: pg.PoolClient): Promise<void> {
  const found = await warehouse(client)
    .selectNoFrom((database) => [
      database.exists(database.selectFrom('ops.run')).as('runs'),
      database.exists(database.selectFrom('load.identity')).as('identities'),
      database.exists(database.selectFrom('load.journal')).as('calls'),
      database.exists(database.selectFrom('raw.head')).as('extracted objects'),
      database.exists(database.selectFrom('ops.decision')).as('decisions'),
      database.exists(database.selectFrom('ops.confirmation')).as('confirmations'),
    ])
    .executeTakeFirstOrThrow();
  const held = Object.entries(found).filter(([, isThere]) => isThere);
  if (held.length > 0)
    throw refused(
      `The database holds ${held.map(([what]) => what).join(', ')}, which would be lost.`,
      'Restore into an empty database, or give --replace (after a backup of this one).',
    );
}

/** Numbers given out from now on come after those restored. */
async function continueNumbering(client: pg.PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<{ column: string; sequence: string | null }>(
    `select a.attname as column, pg_get_serial_sequence($1, a.attname) as sequence
     from pg_attribute a where a.attrelid = $1::regclass and a.attidentity <> '' and not a.attisdropped`,
    [name],
  );
  for (const { column, sequence } of rows)
    await sql`
      select setval(${sequence}::regclass, greatest(coalesce((select max(${sql.id(column)}) from ${sql.table(name)}), 0), 1),
                    exists (select from ${sql.table(name)}))`.execute(warehouse(client));
}

function refused(message: string, nextStep: string): RefusedError {
  return new RefusedError(message, { stage: 'database', nextStep });
}
