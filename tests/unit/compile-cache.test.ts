import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';

const run = promisify(execFile);
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'compiled-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

async function printVersion(cacheHome: string): Promise<string> {
  const env = { PATH: process.env.PATH, XDG_CACHE_HOME: cacheHome };
  const { stdout, stderr } = await run(process.execPath, [join(projectRoot, 'bin/itop-to-intercom.js'), '--version'], {
    env,
  });
  expect(stderr).toBe('');
  return stdout.trim();
}

it('a command keeps what it compiled beside the other files of this user', async () => {
  await printVersion(cache);
  expect(await readdir(join(cache, 'itop-to-intercom/compiled'))).toHaveLength(1);
});

it('a command runs where nothing can be written', async () => {
  expect(await printVersion('/dev/null')).toMatch(/^\d+\.\d+\.\d+$/);
});
