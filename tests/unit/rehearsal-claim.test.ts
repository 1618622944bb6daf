import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireEnterable } from '../../platform/embedded-postgres.ts';
import { claimRehearsal } from '../../workflow/rehearsal/claim.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'claim-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('refuses a second rehearsal in one place while the first runs, and none after it', async () => {
  const file = join(directory, 'rehearsal.lock');
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60000)']);
  await writeFile(file, String(other.pid));
  await expect(claimRehearsal(file)).rejects.toMatchObject({
    message: `Another rehearsal is running here, as process ${other.pid}.`,
    nextStep: expect.stringContaining('XDG_CACHE_HOME'),
    exitCode: 2,
  });
  // Killed: it could not release its claim.
  const ended = new Promise((resolve) => other.once('exit', resolve));
  other.kill('SIGKILL');
  await ended;
  const claim = await claimRehearsal(file);
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
  await claim.release();
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('is never seen without its owner: an empty claim looks like that of a process that is gone', async () => {
  const file = join(directory, 'watched.lock');
  // Reads it until it has seen 200 claims, or one that is empty.
  const watch = `
    const { readFileSync } = require('node:fs');
    for (let seen = 0; seen < 200; ) {
      let text;
      try { text = readFileSync(${JSON.stringify(file)}, 'utf8'); } catch { continue; }
      if (text === '') process.exit(1);
      seen++;
    }`;
  const watcher = spawn(process.execPath, ['-e', watch]);
  let isWatching = true;
  const ended = new Promise((resolve) =>
    watcher.once('exit', (code) => {
      isWatching = false;
      resolve(code);
    }),
  );
  while (isWatching) await (await claimRehearsal(file)).release();
  expect(await ended).toBe(0);
});

it("says which directory root's Postgres may not enter", async () => {
  // Temporary directories are their owner's alone.
  await expect(requireEnterable(join(directory, 'postgres'))).rejects.toMatchObject({
    message: expect.stringContaining(`"nobody", which may not enter ${directory}.`),
    nextStep: expect.stringContaining('XDG_CACHE_HOME'),
    exitCode: 2,
  });
  await expect(requireEnterable(tmpdir())).resolves.toBeUndefined();
});
