import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { bareEnvironment } from '../support/environment.ts';

const reader = `console_reader_${process.pid}`;
let database: TestDatabase;

/** The role is made by the statements that docs/console.md gives an administrator. */
beforeAll(async () => {
  database = await createTestDatabase();
  const statements = /```sql\n(.*?)```/s.exec(readFileSync(join(projectRoot, 'docs/console.md'), 'utf8'))?.[1] ?? '';
  await database.pool.query(statements.replaceAll('console_reader', reader));
});
afterAll(async () => {
  await database.pool.query(`drop role if exists ${reader}`);
  await database.drop();
});

it('is read-only by itself where the role of DATABASE_URL may only read, and says so', async () => {
  const url = new URL(database.url);
  [url.username, url.password] = [reader, 'choose a long one'];
  const child = spawn(process.execPath, ['cli/main.ts', 'console'], {
    cwd: projectRoot,
    env: { ...bareEnvironment(), DATABASE_URL: url.href },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  try {
    await expect.poll(() => output, { interval: 100 }).toMatch(/Open http.*\nRead-only/);
    const address = /http:\S+/.exec(output)?.[0] ?? '';
    const { origin } = new URL(address);
    const opened = await fetch(address, { redirect: 'manual' });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await (await fetch(`${origin}/`, { headers: { cookie } })).text();
    expect(page).toContain('read-only');
    const post = await fetch(`${origin}/sample/person`, {
      method: 'POST',
      headers: { cookie, origin },
      body: new URLSearchParams({ by: 'Eve' }),
    });
    expect(post.status).toBe(403);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
});
