import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../platform/database.ts';
import { urlOfDatabase } from './database-url.ts';

/** A database of a test's own: migrated, with all views, empty. */
export interface TestDatabase extends Database {
  readonly url: string;
  /** Closes the pool and drops the database; where the server cannot at once, it goes on by itself. */
  drop(): Promise<void>;
}

const longestDropMs = 2_000;

/** Clones the migrated template on the run's server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${inject('templateName')}`);
  const url = urlOfDatabase(serverUrl, name);
  const database = openDatabase(url, { max: 16 });
  return {
    ...database,
    url,
    drop: async () => {
      await database.close();
      const dropped = onServer(serverUrl, `drop database ${name} with (force)`);
      // The server asks all its sessions first, and one whose client another test stopped in the middle of a COPY does not answer.
      await Promise.race([dropped, sleep(longestDropMs, undefined, { ref: false })]);
      dropped.catch(() => undefined);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const server = openDatabase(url, { max: 1 });
  try {
    // Two files may clone at once; Postgres refuses to copy a template that is being copied for a moment.
    for (let attempt = 1; ; attempt++) {
      try {
        await server.pool.query(statement);
        return;
      } catch (error) {
        if (attempt === 20 || (error as { code?: string }).code !== '55006') throw error;
        await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
      }
    }
  } finally {
    await server.close();
  }
}
