import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/database.ts';
import { requireMigrated } from '../../platform/migrate.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { browserNote, hasBrowser } from '../support/browser.ts';
import { createTestDatabase } from '../support/database.ts';
import { testAccess } from './console/access.ts';
import { testDecisions } from './console/decisions.ts';
import { paths, testInBrowser } from './console/in-browser.ts';
import { testReading } from './console/reading.ts';
import { enter, open, useConsoleWorld, world } from './console/world.ts';

// One file, because the world of these tests takes longer to make than they do; each subject stands in a file of its own.
useConsoleWorld();

describe('access to the console', testAccess);
describe('what the console shows', testReading);
describe('decisions in the console', testDecisions);
describe.skipIf(!hasBrowser)(`the console ${browserNote}`, testInBrowser);

it('shows every page to a role that may only read, whose writes Postgres refuses', async () => {
  const name = `reader_${process.pid}`;
  const statements = /```sql\n(.*?)```/s.exec(readFileSync(join(projectRoot, 'docs/console.md'), 'utf8'))?.[1] ?? '';
  expect(statements).toContain('console_reader');
  await world.database.pool.query(statements.replaceAll('console_reader', name));
  const url = new URL(world.database.url);
  [url.username, url.password] = [name, 'choose a long one'];
  const reader = openDatabase(url.href, { max: 4 });
  try {
    await requireMigrated(reader.pool);
    const running = await open({ isReadOnly: true, of: { ...world.database, pool: reader.pool } });
    const { origin, cookie } = await enter(running);
    for (const path of [...paths, '/overview/verdict', '/overview/numbers', '/overview/classes', '/live/plot/lag']) {
      const { status } = await fetch(`${origin}${path}`, { headers: { cookie } });
      expect(status, path).toBe(path === '/nowhere' ? 404 : 200);
    }
    await running.close();
    await expect(reader.pool.query('delete from ops.sample')).rejects.toThrow(/read-only transaction/);
    const session = await reader.pool.connect();
    await session.query('set default_transaction_read_only = off');
    for (const write of ['delete from ops.sample', 'create table public.mine ()', 'truncate raw.head'])
      await expect(session.query(write)).rejects.toThrow(/permission denied/);
    session.release(true);
  } finally {
    await reader.close();
    await world.database.pool.query(`drop role ${name}`);
  }
});

it('answers on a database in which no stage has run', async () => {
  const empty = await createTestDatabase();
  const running = await open({ of: empty });
  const { origin, cookie } = await enter(running);
  for (const path of [
    '/',
    '/overview/verdict',
    '/overview/numbers',
    '/overview/classes',
    '/live',
    '/lists',
    '/lists/failures',
    '/sample',
    '/mapping',
    '/setup',
    '/rollback',
    '/search?q=R-1',
  ]) {
    expect((await fetch(`${origin}${path}`, { headers: { cookie } })).status, path).toBe(200);
  }
  await running.close();
  await empty.drop();
});
