import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { inTransaction } from './database.ts';
import { RefusedError } from './errors.ts';
import { projectRoot } from './project-root.ts';

const migrationDirectory = join(projectRoot, 'staging-sql', 'migrations');

// Any fixed number does; two processes that start together must take the same one.
const migrationLock = 4_711_000_001;

/**
 * Applies the numbered files of `staging-sql/migrations/` that the database does not hold yet, each in its own transaction.
 *
 * Safe to call from several processes at once. Throws RefusedError when a file was edited after it had been applied.
 * Returns the names applied now.
 */
export async function migrate(pool: pg.Pool, directory = migrationDirectory): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const applied: string[] = [];
  await pool
    .query(`create table if not exists public.migration (
    name text primary key, hash text not null, applied_at timestamptz not null default clock_timestamp())`)
    .catch(ignoreRace);
  for (const name of files) {
    const sql = await readFile(join(directory, name), 'utf8');
    const hash = createHash('sha256').update(sql).digest('hex');
    const isNew = await inTransaction(pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
      const known = await client.query<{ hash: string }>('select hash from public.migration where name = $1', [name]);
      const knownHash = known.rows[0]?.hash;
      if (knownHash === hash) return false;
      if (knownHash !== undefined) throw editedMigration(name);
      await client.query(sql);
      await client.query('insert into public.migration (name, hash) values ($1, $2)', [name, hash]);
      return true;
    });
    if (isNew) applied.push(name);
  }
  return applied;
}

function editedMigration(name: string): RefusedError {
  return new RefusedError(`The migration ${name} differs from the one this database was built with.`, {
    stage: 'database',
    nextStep: `Restore ${name} as it was released and put the change into a new, higher-numbered file.`,
  });
}

// "create table if not exists" of two sessions can still meet in the catalogue; the loser finds the table there.
function ignoreRace(error: { code?: string }): void {
  if (error.code !== '23505' && error.code !== '42P07') throw error;
}
