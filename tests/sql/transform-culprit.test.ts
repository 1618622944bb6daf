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
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
});
const transform = () => runTransform(database.pool, settings, openProgress('silent'));

it('names the ticket whose value Postgres cannot compute with, and writes nothing', async () => {
  const { pool } = database;
  const ticket = read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject;
  const tickets = Object.fromEntries([100, 101, 102, 103].map((id) => [`Ticket::${id}`, ticket]));
  await landObjects(pool, { ...read('world.json'), ...tickets });
  await transform();
  // A fault that nobody foresaw: the relation fails on one ticket.
  const { rows } = await pool.query<{ definition: string }>(
    `select pg_get_viewdef('intermediate.thread_part_definition'::regclass) as definition`,
  );
  await pool.query(
    `create or replace view intermediate.thread_part_definition as select v.*
     from (${rows[0]?.definition.replace(/;\s*$/, '')}) as v
     where v.ticket_key <> 'Ticket::102' or 1 / (length(v.ticket_key) - 11) > 0`,
  );
  const changed = { ...ticket, fields: { ...ticket.fields, title: 'another title' } };
  await landObjects(pool, Object.fromEntries([101, 102, 103].map((id) => [`Ticket::${id}`, changed])));
  await expect(transform()).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/intermediate.thread_part cannot be computed: division by zero.* of Ticket::102\.$/),
    nextStep: expect.stringContaining('explain Ticket::102'),
  });
  const parts = await pool.query(`select from intermediate.thread_part where ticket_key = 'Ticket::102'`);
  expect(parts.rowCount).toBeGreaterThan(0);
});
