import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkStaging } from '../../transform/check-staging.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await landObjects(database.pool, { 'SLT::1': { class: 'SLT', fields: { name: 'TTO P1' } } });
  await runTransform(database.pool, loadSettings({ environment: { ITOP_TIMEZONE: 'UTC' } }), openProgress('silent'));
});
afterAll(() => database.drop());

const failing = async (): Promise<string[]> =>
  (await checkStaging(database.pool)).filter(({ offences }) => offences > 0).map(({ test }) => test);

it('what counts as handed off stands in a file, and a class that no file holds any more is found', async () => {
  const { rows } = await database.pool.query(`select disposition from reconcile.disposition where item_key = 'SLT::1'`);
  expect(rows).toEqual([{ disposition: 'handed_off' }]);
  expect(await failing()).toEqual([]);
  const { rows: definition } = await database.pool.query<{ sql: string }>(
    `select pg_get_viewdef('handoff.object'::regclass) as sql`,
  );
  const without = definition[0]?.sql.replace(/;\s*$/, '');
  await database.pool.query(
    `create or replace view handoff.object as select * from (${without}) as o where o.final_class <> 'SLT'`,
  );
  expect(await failing()).toEqual(['assert_handed_off__is_delivered']);
});
