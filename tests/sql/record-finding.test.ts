import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const read = (...path: string[]) =>
  JSON.parse(readFileSync(join(projectRoot, 'tests', 'cases', ...path), 'utf8')) as Record<string, GivenObject>;

it('names each value that could not be taken, with its record, field, reason and next step', async () => {
  await landObjects(database.pool, {
    ...read('world.json'),
    ...read('t1-dates-that-cannot-be', 'given.json'),
    'Ticket::200': read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject,
  });
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
    file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  const { rows } = await database.pool.query<Record<string, string>>(
    `select source_key || ' ' || field || ' ' || reason_code as found, class, value, reason, next_step
     from reconcile.record_finding order by 1`,
  );
  expect(rows.map((row) => row.found)).toEqual([
    'Ticket::100 public_log/1 in_the_future',
    'Ticket::100 start_date before_1970',
    'Ticket::102 public_log/1 no_date',
    'Ticket::102 public_log/2 no_date',
    'Ticket::200 description no_layout',
  ]);
  for (const row of rows) {
    expect(row.class).toBe('UserRequest');
    for (const column of ['value', 'reason', 'next_step']) expect(row[column]).not.toBe('');
  }
});
