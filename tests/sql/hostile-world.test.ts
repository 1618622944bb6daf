import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkStaging } from '../../transform/check-staging.ts';
import { writeHandoff } from '../../transform/handoff/write-handoff.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import fc from '../support/fast-check.ts';
import { hostileWorld } from '../support/hostile-world.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * One record stops nobody: whatever iTop's fields hold goes through landing, transform, the tests over the staging relations, every
 * view of the proof and the hand-off, to the end. Each world lands on the one before, so that a transform is a delta of hostile records.
 */

let database: TestDatabase;
const directory = mkdtempSync(join(tmpdir(), 'hostile-world-'));
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `update ops.mapping_class set destination = 'custom_object' where class in ('Server', 'Problem', 'NormalChange');
     insert into ops.mapping_attribute (class, attribute, home, target_model, target_name, data_type, position, rule)
     select class, attribute, 'attribute', 'custom_object', attribute, data_type, row_number() over (), 'F3'
     from (values
       ('Server', 'name', 'string'), ('Server', 'description', 'string'), ('Server', 'move2production', 'datetime'),
       ('Server', 'purchase_date', 'datetime'), ('Server', 'cpu', 'integer'), ('Server', 'ram', 'float'),
       ('Problem', 'title', 'string'), ('Problem', 'description', 'string'), ('Problem', 'start_date', 'datetime'),
       ('Problem', 'priority', 'integer'), ('NormalChange', 'title', 'string'), ('NormalChange', 'time_spent', 'integer')
     ) as m (class, attribute, data_type)
     on conflict (class, attribute) do update
     set home = 'attribute', target_model = 'custom_object', target_name = excluded.target_name, data_type = excluded.data_type`,
  );
});
afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

let seconds = 0;

async function passThrough(world: Record<string, GivenObject>): Promise<void> {
  seconds += 60;
  await landObjects(database.pool, world, { observedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)) });
  await runTransform(database.pool, settings, openProgress('silent'));
  await checkStaging(database.pool);
  const views = await database.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.views
     where table_schema in ('staging', 'intermediate', 'intercom', 'handoff', 'reconcile')`,
  );
  expect(views.rows.length).toBeGreaterThan(50);
  for (const { name } of views.rows) {
    await database.pool.query(`select count(v::text) from ${name} v`).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`);
    });
  }
  await writeHandoff(database.pool, { directory, itopUrl: 'http://itop.example' });
  const unknown = await database.pool.query<{ item_key: string }>(
    `select item_key from reconcile.disposition where disposition is null or reason is null`,
  );
  expect(unknown.rows).toEqual([]);
}

it('goes through to the end, whatever iTop holds', async () => {
  await fc.assert(fc.asyncProperty(hostileWorld, passThrough), { numRuns: 15, seed: 14, endOnFailure: true });
}, 600_000);
