import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { renderMissingBodies } from '../../transform/render/render-missing.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'UTC' },
  });
  await runTransform(database.pool, settings, openProgress('silent'));
});
afterAll(() => database.drop());

it('fetches fewer bodies at a time where they are large', async () => {
  const article = (id: number): GivenObject => ({
    class: 'FAQ',
    fields: { title: `Article ${id}`, summary: '', description: `<p>${id} ${'word '.repeat(50_000)}</p>` },
  });
  await landObjects(
    database.pool,
    Object.fromEntries(Array.from({ length: 30 }, (_, id) => [`FAQ::${id}`, article(id)])),
  );
  const batches: number[] = [];
  const step = { ...openProgress('silent').step('render bodies', 0), advance: (by: number) => batches.push(by) };
  expect(await renderMissingBodies(database.pool, step, { of: 'values and articles', itopHosts: undefined })).toBe(30);
  // Twenty of unknown size, which turn out to be five million characters.
  expect(batches).toEqual([20, ...Array(10).fill(1)]);
});
