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

it("says which directory root's Postgres may not enter", async () => {
  // Temporary directories are their owner's alone.
  await expect(requireEnterable(join(directory, 'postgres'))).rejects.toMatchObject({
    message: expect.stringContaining(`"nobody", which may not enter ${directory}.`),
    nextStep: expect.stringContaining('XDG_CACHE_HOME'),
    exitCode: 2,
  });
  await expect(requireEnterable(tmpdir())).resolves.toBeUndefined();
});
