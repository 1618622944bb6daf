import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let silent: Server;
let reached: Promise<unknown>;
beforeAll(async () => {
  database = await createTestDatabase();
  // Takes the request and never answers it.
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  reached = once(silent, 'request');
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await database.drop();
});

it('a command that Ctrl-C ends exits with 130 and says so in words', async () => {
  const child = spawn(process.execPath, [join(projectRoot, 'cli', 'main.ts'), 'extract'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: database.url,
      ITOP_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`,
      ITOP_USER: 'admin',
      ITOP_PASSWORD: 'secret',
      ITOP_TIMEZONE: 'Europe/Paris',
    },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  await reached;
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(errors).toContain('Next: ');
  expect(code).toBe(130);
});
