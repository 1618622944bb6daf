import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/* Rule D2: what was loaded stays what it is, whatever happens to addresses in iTop afterwards. */

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
});
const transform = () => runTransform(database.pool, settings, openProgress('silent'));

const world = JSON.parse(readFileSync(join(projectRoot, 'tests', 'cases', 'world.json'), 'utf8')) as Record<
  string,
  GivenObject
>;

const person = (id: number, email: string): Record<string, GivenObject> => ({
  [`Contact::${id}`]: {
    class: 'Person',
    fields: {
      name: 'X',
      first_name: 'Y',
      friendlyname: `Person ${id}`,
      status: 'active',
      org_id: '1',
      email,
      phone: '',
    },
  },
});

const ticket = (id: number, caller: number, entries: unknown[] = []): Record<string, GivenObject> => ({
  [`Ticket::${id}`]: {
    class: 'UserRequest',
    fields: {
      ref: `R-${id}`,
      title: 'x',
      status: 'new',
      org_id: '1',
      caller_id: String(caller),
      caller_id_friendlyname: `Person ${caller}`,
      agent_id: '0',
      start_date: '2024-01-10 09:00:00',
      last_update: '2024-01-10 09:00:00',
      description: '<p>x</p>',
      public_log: { entries },
      private_log: { entries: [] },
    },
  },
});

const entry = (name: string) => ({
  date: '2024-01-11 09:00:00',
  user_id: '0',
  user_login: name,
  message: 'hello',
  message_html: '<p>hello</p>',
});

/** As if a load had made every contact that is planned. */
const loadContacts = () =>
  database.pool.query(
    `with workspace as (
       insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', 'w', 'http://w', '1')
       on conflict do nothing
     ), run as (
       insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', '', '{}', 'done') returning run_id
     )
     insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w1', 'contact', c.target_key, 'id-' || c.target_key, 'created', run.run_id from intercom.contact c cross join run
     on conflict do nothing`,
  );

const contacts = async () =>
  (
    await database.pool.query<{ target_key: string; email: string | null; external_id: string | null }>(
      `select target_key, email, external_id from intercom.contact where target_key in ('Contact::288', 'Contact::289') order by 1`,
    )
  ).rows;

const findings = async () =>
  (
    await database.pool.query<{ source_key: string; reason_code: string; reason: string }>(
      `select source_key, reason_code, reason from reconcile.record_finding order by 1`,
    )
  ).rows;

const authors = async () =>
  (
    await database.pool.query<{ author_key: string }>(
      `select author_key from intercom.conversation_part where author_kind = 'contact' order by conversation_key, position`,
    )
  ).rows.map((row) => row.author_key);

it('keeps two loaded contacts apart when one takes the address of the other, and lists both ids', async () => {
  await landObjects(database.pool, {
    ...world,
    ...person(288, 'a@x.example'),
    ...person(289, 'b@x.example'),
    ...ticket(500, 288),
    ...ticket(501, 289),
  });
  await transform();
  await loadContacts();
  await landObjects(
    database.pool,
    { ...person(288, 'b@x.example'), ...ticket(500, 288, [entry('Person 288')]) },
    { observedAt: new Date('2026-02-01T00:00:00Z') },
  );
  await transform();
  expect(await contacts()).toEqual([
    { target_key: 'Contact::288', email: null, external_id: 'itop-contact-288' },
    { target_key: 'Contact::289', email: 'b@x.example', external_id: null },
  ]);
  expect(await authors()).toEqual(['Contact::288']);
  const [found] = await findings();
  expect(found).toMatchObject({ source_key: 'Contact::288', reason_code: 'merged_after_load' });
  expect(found?.reason).toContain('id-Contact::288');
  expect(found?.reason).toContain('id-Contact::289');
});

it('keeps merged persons one contact when one leaves the address, and lists the lost address', async () => {
  await landObjects(database.pool, {
    ...world,
    ...person(288, 'a@x.example'),
    ...person(289, 'a@x.example'),
    ...ticket(500, 288),
    ...ticket(501, 289),
  });
  await transform();
  const before = await contacts();
  expect(before).toHaveLength(1);
  await loadContacts();
  await landObjects(
    database.pool,
    { ...person(289, 'new@x.example'), ...ticket(501, 289, [entry('Person 289')]) },
    { observedAt: new Date('2026-02-01T00:00:00Z') },
  );
  await transform();
  expect(await contacts()).toEqual(before);
  expect(await authors()).toEqual(['Contact::288']);
  const [found] = await findings();
  expect(found).toMatchObject({ source_key: 'Contact::289', reason_code: 'split_after_load' });
  expect(found?.reason).toContain('id-Contact::288');
  expect(found?.reason).toContain('no contact has this address');
});

it('lets an address that was handed over go with its new owner', async () => {
  await landObjects(database.pool, {
    ...world,
    ...person(288, 'a@x.example'),
    ...person(289, 'b@x.example'),
    ...ticket(500, 288),
    ...ticket(501, 289),
  });
  await transform();
  await loadContacts();
  await landObjects(
    database.pool,
    { ...person(288, 'old.a@x.example'), ...person(289, 'a@x.example') },
    { observedAt: new Date('2026-02-01T00:00:00Z') },
  );
  await transform();
  expect((await contacts()).map((row) => row.email)).toEqual(['old.a@x.example', 'a@x.example']);
  expect(await findings()).toEqual([]);
});

it('decides again about persons whose contact a rollback took away', async () => {
  await landObjects(database.pool, {
    ...world,
    ...person(288, 'a@x.example'),
    ...person(289, 'a@x.example'),
    ...ticket(500, 288),
    ...ticket(501, 289),
  });
  await transform();
  await loadContacts();
  await transform();
  await database.pool.query(`delete from load.identity`);
  await landObjects(database.pool, person(289, 'new@x.example'), { observedAt: new Date('2026-02-01T00:00:00Z') });
  await transform();
  expect((await contacts()).map((row) => row.email)).toEqual(['a@x.example', 'new@x.example']);
});

it('makes nobody a participant whom iTop must not notify, also when his name stands under an entry', async () => {
  await landObjects(database.pool, {
    ...world,
    ...person(288, 'a@x.example'),
    ...person(289, 'b@x.example'),
    ...ticket(500, 288, [entry('Person 289')]),
    'lnkContactToTicket::1': {
      class: 'lnkContactToTicket',
      fields: {
        ticket_id: '500',
        contact_id: '289',
        contact_id_friendlyname: 'Person 289',
        contact_id_finalclass_recall: 'Person',
        role_code: 'do_not_notify',
      },
    },
  });
  await transform();
  expect(await authors()).toEqual([]);
});
