import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { inTransaction } from './database.ts';
import { RefusedError } from './errors.ts';
import { projectRoot } from './project-root.ts';

const migrationDirectory = join(projectRoot, 'staging-sql', 'migrations');

// Any fixed number does; two processes that start together must take the same one.
const migrationLock = 4_711_000_001;

/**
 * Applies the numbered files of `staging-sql/migrations/` that the database does not hold yet, each in its own transaction:
 * `<number>_<name>.sql` is executed, `<number>_<schema>.<table>.csv` is appended to its table.
 *
 * Safe to call from several processes at once. Throws RefusedError when a file was edited after it had been applied.
 * Returns the names applied now.
 */
export async function migrate(pool: pg.Pool, directory = migrationDirectory): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => /\.(sql|csv)$/.test(name)).sort();
  const applied: string[] = [];
  await pool
    .query(`create table if not exists public.migration (
    name text primary key, hash text not null, applied_at timestamptz not null default clock_timestamp())`)
    .catch(ignoreRace);
  for (const name of files) {
    const text = await readFile(join(directory, name), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    const isNew = await inTransaction(pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
      const known = await client.query<{ hash: string }>('select hash from public.migration where name = $1', [name]);
      const knownHash = known.rows[0]?.hash;
      if (knownHash === hash) return false;
      if (knownHash !== undefined) throw editedMigration(name);
      if (name.endsWith('.csv')) await appendRows(client, name, text);
      else await client.query(text);
      await client.query('insert into public.migration (name, hash) values ($1, $2)', [name, hash]);
      return true;
    });
    if (isNew) applied.push(name);
  }
  return applied;
}

/**
 * For whoever may only read: that the database holds exactly the migrations of this version. Throws RefusedError where one is
 * missing, which a command of somebody who may write applies, or was edited.
 */
export async function requireMigrated(pool: pg.Pool, directory = migrationDirectory): Promise<void> {
  const files = (await readdir(directory)).filter((name) => /\.(sql|csv)$/.test(name)).sort();
  const known = await pool
    .query<{ name: string; hash: string }>('select name, hash from public.migration')
    .catch((error: { code?: string }) => {
      if (error.code === '42P01') return { rows: [] };
      throw error;
    });
  const hashes = new Map(known.rows.map((row) => [row.name, row.hash]));
  for (const name of files) {
    const hash = createHash('sha256')
      .update(await readFile(join(directory, name), 'utf8'))
      .digest('hex');
    if (hashes.get(name) === hash) continue;
    if (hashes.has(name)) throw editedMigration(name);
    throw new RefusedError(`The database does not hold ${name} yet, and this session may only read.`, {
      stage: 'database',
      nextStep: 'Have someone with write access run any command once, e.g. itop-to-intercom status.',
    });
  }
}

/** The first line names the columns; the others keep their defaults. An empty field is null, "" an empty text. */
async function appendRows(client: pg.PoolClient, name: string, csv: string): Promise<void> {
  const table = /^\d+_([a-z]+\.[a-z_]+)\.csv$/.exec(name)?.[1];
  if (table === undefined)
    throw new Error(`${name} does not name the table its rows belong to: <number>_<schema>.<table>.csv`);
  const columns = csv.slice(0, csv.indexOf('\n'));
  await pipeline(
    Readable.from([csv]),
    client.query(copyFrom(`copy ${table} (${columns}) from stdin (format csv, header match)`)),
  );
}

function editedMigration(name: string): RefusedError {
  return new RefusedError(`The migration ${name} differs from the one this database was built with.`, {
    stage: 'database',
    nextStep: `Restore ${name} as it was released and put the change into a new, higher-numbered .sql file.`,
  });
}

// "create table if not exists" of two sessions can still meet in the catalogue; the loser finds the table there.
function ignoreRace(error: { code?: string }): void {
  if (error.code !== '23505' && error.code !== '42P07') throw error;
}
