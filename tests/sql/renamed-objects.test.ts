import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const cases = join(projectRoot, 'tests', 'cases');
const world = JSON.parse(readFileSync(join(cases, 'world.json'), 'utf8')) as Record<string, GivenObject>;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function land(objects: Readonly<Record<string, GivenObject>>, observedAt: string): Promise<void> {
  await landObjects(database.pool, objects, { observedAt: new Date(observedAt) });
  const environment = {
    ITOP_URL: 'http://itop.example',
    ITOP_USER: 'u',
    ITOP_PASSWORD: 'p',
    ITOP_TIMEZONE: 'Europe/Paris',
  };
  await runTransform(
    database.pool,
    loadSettings({ environment, file: join(cases, 'settings.yaml') }),
    openProgress('silent'),
  );
}

/** Hash of everything that a delta compares, by target key. */
async function hashes(): Promise<Map<string, string>> {
  const { rows } = await database.pool.query<{ key: string; hash: string }>(
    `select 'conversation ' || target_key as key, encode(payload_hash, 'hex') as hash from intercom.conversation
     union all select 'part ' || target_key, encode(payload_hash, 'hex') from intercom.conversation_part
     union all select 'company ' || target_key, encode(payload_hash, 'hex') from intercom.company
     union all select 'contact ' || target_key, encode(payload_hash, 'hex') from intercom.contact`,
  );
  return new Map(rows.map(({ key, hash }) => [key, hash]));
}

const tickets = 50;
const ticket = (id: number, fields: Readonly<Record<string, unknown>> = {}): GivenObject => ({
  class: 'UserRequest',
  fields: {
    ...{ ref: `R-${id}`, title: 'Printer', status: 'closed', org_id: '1', org_name: 'Acme', caller_id: '10' },
    ...{ caller_id_friendlyname: 'Ada Berger', agent_id: '20', agent_id_friendlyname: 'Gita Agent', team_id: '0' },
    ...{
      start_date: '2024-01-10 10:00:00',
      last_update: '2024-01-12 10:00:00',
      description: '<p>Help</p>',
      priority: '3',
    },
    ...fields,
  },
});
const all = (fields: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Array.from({ length: tickets }, (_, n) => [`Ticket::${900 + n}`, ticket(900 + n, fields)]));

it('a renamed organization or agent is one change, whatever the number of tickets; a change of a ticket is one of it', async () => {
  await land({ ...world, ...all() }, '2026-01-01T12:00:00Z');
  const before = await hashes();

  const renamed = { ...(world['Organization::1'] as GivenObject).fields, name: 'Acme International' };
  await land(
    {
      'Organization::1': { class: 'Organization', fields: renamed },
      ...all({
        org_name: 'Acme International',
        agent_id_friendlyname: 'Gita Married',
        last_update: '2024-02-01 10:00:00',
      }),
    },
    '2026-01-02T12:00:00Z',
  );
  const after = await hashes();
  const changed = [...after].filter(([key, hash]) => before.get(key) !== hash).map(([key]) => key);
  expect(changed.filter((key) => !key.startsWith('company'))).toEqual([]);
  expect(changed).toContain('company Organization::1');
  // What is sent from now on has the new names.
  const { rows } = await database.pool.query(
    `select count(*)::integer as notes from intercom.conversation_part where body like '%Organization: Acme International%Agent: Gita Married%'`,
  );
  expect(rows).toEqual([{ notes: tickets }]);

  await land({ 'Ticket::900': ticket(900, { org_name: 'Acme International', impact: '2' }) }, '2026-01-03T12:00:00Z');
  const last = await hashes();
  expect([...last].filter(([key, hash]) => after.get(key) !== hash).map(([key]) => key)).toEqual([
    'part Ticket::900#record_note',
  ]);
});
