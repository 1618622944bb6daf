import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function run(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const environment = { ...process.env, DATABASE_URL: database.url };
    execFile(
      process.execPath,
      ['cli/main.ts', ...words],
      { cwd: projectRoot, env: environment },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

it('--quiet prints nothing where all is well', async () => {
  expect(await run('status', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await run('status')).stdout).toContain('Nothing is running.');
});

it('--quiet prints all of it where something is to be done', async () => {
  const { code, stderr } = await run('reconcile', '--quiet');
  expect(code).toBe(2);
  expect(stderr).toContain('Refused: Nothing was extracted from iTop yet.\nNext: itop-to-intercom extract');
  const asJson = await run('reconcile', '--quiet', '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ nextStep: 'itop-to-intercom extract' });
});
