import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkStaging } from '../../transform/check-staging.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
/** What the views said before a test. */
const former = new Map<string, string>();
afterEach(async () => {
  for (const [name, sql] of former) await database.pool.query(`create or replace view ${name} as ${sql}`);
  former.clear();
  const { rows } = await database.pool.query<{ key: string; class: string }>(
    'select source_key as key, final_class as class from raw.latest_object',
  );
  await landObjects(database.pool, {
    ...Object.fromEntries(rows.map(({ key, class: name }) => [key, { class: name, fields: null }])),
  });
});

const read = (...path: string[]) =>
  JSON.parse(readFileSync(join(projectRoot, 'tests', 'cases', ...path), 'utf8')) as Record<string, GivenObject>;
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
});
const transform = () => runTransform(database.pool, settings, openProgress('silent'));

const viewOf = async (name: string) => {
  const { rows } = await database.pool.query<{ definition: string }>(
    'select pg_get_viewdef($1::regclass) as definition',
    [name],
  );
  return rows[0]?.definition.replace(/;\s*$/, '') ?? '';
};

/** Makes a view another one until the end of the test. */
async function replaceView(name: string, of: (sql: string) => string): Promise<void> {
  const sql = former.get(name) ?? (await viewOf(name));
  former.set(name, sql);
  await database.pool.query(`create or replace view ${name} as ${of(sql)}`);
}

/** A fault that nobody foresaw: the view fails on the rows that the condition is true for. */
const plantFault = (name: string, condition: string): Promise<void> =>
  replaceView(
    name,
    (sql) => `select v.* from (${sql}) as v where not (${condition}) or 1 / (length(v::text) - length(v::text)) > 0`,
  );

const plans = async (key: string) =>
  (
    await database.pool.query<{ item_key: string; plan: string; reason: string }>(
      `select item_key, plan, reason from reconcile.item_plan
       where source_key = $1 or item_key = $1 or conversation_key = $1 order by item_key`,
      [key],
    )
  ).rows;

const keysIn = async (relation: string, column: string) =>
  (await database.pool.query<{ key: string }>(`select distinct ${column} as key from ${relation} order by 1`)).rows.map(
    ({ key }) => key,
  );

const findings = async () =>
  (
    await database.pool.query(
      `select source_key, class, field, value, reason, next_step from reconcile.record_finding
       where reason_code = 'set_aside' order by 1`,
    )
  ).rows;

/** Items of raw are all accounted for, and no check of the staged rows is red. */
async function expectWhole(): Promise<void> {
  const checks = await checkStaging(database.pool);
  expect(checks.filter(({ offences }) => offences > 0)).toEqual([]);
}

it('goes on without the ticket whose value Postgres cannot compute with, and takes it again once it is corrected', async () => {
  const { pool } = database;
  const ticket = read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject;
  const keys = [100, 101, 102, 103].map((id) => `Ticket::${id}`);
  const titled = (title: string): GivenObject => ({ ...ticket, fields: { ...ticket.fields, title } });
  await landObjects(pool, {
    ...read('world.json'),
    ...Object.fromEntries(keys.map((key) => [key, titled('a title')])),
  });
  expect((await transform()).setAside).toEqual([]);
  const before = await plans('Ticket::102');
  await plantFault(
    'intermediate.thread_part_definition',
    `v.ticket_key = 'Ticket::102' and exists (
    select from raw.head h join raw.object o using (root_class, version_id) where h.source_key = v.ticket_key and o.payload ->> 'title' = 'odd')`,
  );
  await landObjects(pool, Object.fromEntries(keys.slice(1).map((key) => [key, titled('odd')])));
  const { setAside } = await transform();
  const reason = 'set aside: intermediate.thread_part cannot be computed with it (division by zero)';
  expect(setAside).toMatchObject([{ sourceKey: 'Ticket::102', forKey: 'Ticket::102', reason }]);
  expect(await keysIn('intercom.conversation', 'target_key')).toEqual(keys.filter((key) => key !== 'Ticket::102'));
  expect(await keysIn('intercom.conversation_part', 'conversation_key')).not.toContain('Ticket::102');
  const { rows } = await pool.query(
    `select from intercom.conversation where target_key = 'Ticket::103' and title like '%odd%'`,
  );
  expect(rows).toHaveLength(1);
  // Each of its entries is accounted for as before, and none is lost or loaded.
  const held = await plans('Ticket::102');
  expect(held.map((one) => one.item_key)).toEqual(before.map((one) => one.item_key));
  expect(new Set(held.map((one) => `${one.plan}: ${one.reason}`))).toEqual(new Set([`pending: ${reason}`]));
  expect(await findings()).toEqual([
    {
      source_key: 'Ticket::102',
      class: 'UserRequest',
      field: 'intermediate.thread_part',
      value: null,
      reason,
      next_step: expect.stringContaining('Correct it in iTop, then: itop-to-intercom extract --delta'),
    },
  ]);
  await expectWhole();
  // Nothing is sought again while nothing changed.
  expect((await transform()).refreshes.filter(({ kind }) => kind !== 'unchanged')).toEqual([]);
  await landObjects(pool, { 'Ticket::102': titled('corrected') });
  expect((await transform()).setAside).toEqual([]);
  expect(await plans('Ticket::102')).toEqual(before);
  expect(await findings()).toEqual([]);
});

it('begins again where Postgres ends it because of a deadlock with a landing', async () => {
  await landObjects(database.pool, { ...read('world.json') });
  await database.pool.query(
    `create sequence public.call_number;
     create function public.is_no_deadlock() returns boolean language plpgsql as $$ begin
       if nextval('public.call_number') = 1 then raise 'deadlock detected' using errcode = 'deadlock_detected'; end if;
       return true;
     end $$`,
  );
  await replaceView('staging.organization', (sql) => `select v.* from (${sql}) as v where public.is_no_deadlock()`);
  expect((await transform()).setAside).toEqual([]);
  const { rows } = await database.pool.query<{ calls: number }>(
    'select last_value::integer as calls from public.call_number',
  );
  expect(rows[0]?.calls).toBeGreaterThan(1);
});

it('names the attribute whose value Postgres quotes', async () => {
  const { pool } = database;
  const given = read('t8-markup-that-cannot-be-laid-out', 'given.json');
  await landObjects(pool, { ...read('world.json'), ...given });
  await transform();
  await replaceView(
    'intermediate.ticket_definition',
    (sql) => `select v.* from (${sql}) as v
     join staging.usable_object o on o.source_key = v.ticket_key where coalesce((o.payload ->> 'urgency')::integer, 0) < 9`,
  );
  const ticket = given['Ticket::100'] as GivenObject;
  await landObjects(pool, { 'Ticket::100': { ...ticket, fields: { ...ticket.fields, urgency: 'very high' } } });
  await transform();
  expect(await findings()).toMatchObject([{ source_key: 'Ticket::100', field: 'urgency', value: 'very high' }]);
});

it('sets aside with a person the tickets that would have another caller without him', async () => {
  const { pool } = database;
  const ticket = read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject;
  const of = (caller: string): GivenObject => ({ ...ticket, fields: { ...ticket.fields, caller_id: caller } });
  await landObjects(pool, { ...read('world.json'), 'Ticket::100': of('10'), 'Ticket::101': of('11') });
  await transform();
  await plantFault('intercom.contact_definition', `v.target_key = 'Contact::10'`);
  const person = read('world.json')['Contact::10'] as GivenObject;
  await landObjects(pool, { 'Contact::10': { ...person, fields: { ...person.fields, name: 'Odd' } } });
  const { setAside } = await transform();
  expect(setAside.map(({ sourceKey, forKey }) => [sourceKey, forKey])).toEqual([
    ['Contact::10', 'Contact::10'],
    ['Ticket::100', 'Contact::10'],
  ]);
  expect(await keysIn('intercom.conversation', 'target_key')).toEqual(['Ticket::101']);
  expect((await plans('Ticket::100')).map(({ plan }) => plan)).not.toContain('to_load');
  await expectWhole();
});

it('sets aside with a ticket the link at fault that names it', async () => {
  const { pool } = database;
  const given = read('k6-linked-contacts-are-told-not-added', 'given.json');
  await landObjects(pool, { ...read('world.json'), ...given });
  await transform();
  const [link, changed] = Object.entries(given).find(([key]) => key.startsWith('lnkContactToTicket')) ?? [];
  const ticketKey = `Ticket::${changed?.fields?.ticket_id}`;
  // The fault is in a row of the link, whether its ticket is there or not.
  await replaceView(
    'intermediate.linked_person_definition',
    (sql) => `select v.* from (${sql}) as v
     union all select v.* from staging.usable_object o
     cross join lateral (select (jsonb_populate_record(null::intermediate.linked_person, jsonb_build_object('ticket_key', '${ticketKey}',
       'linked_person_key', (1 / (length(o.source_key) - length(o.source_key)))::text))).*) as v where o.source_key = '${link}'`,
  );
  await landObjects(pool, {
    [link ?? '']: { ...(changed as GivenObject), fields: { ...changed?.fields, role_name: 'odd' } },
  });
  const { setAside } = await transform();
  expect(setAside.map(({ sourceKey }) => sourceKey)).toEqual(expect.arrayContaining([ticketKey, link]));
  expect(await keysIn('intercom.conversation', 'target_key')).not.toContain(ticketKey);
});

it('ends, and names the first ones, where the SQL is wrong for everything', async () => {
  const ticket = read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] as GivenObject;
  const tickets = Object.fromEntries(Array.from({ length: 120 }, (_, id) => [`Ticket::${id + 100}`, ticket]));
  await landObjects(database.pool, { ...read('world.json'), ...tickets });
  await transform();
  await plantFault('intermediate.thread_part_definition', 'true');
  await landObjects(database.pool, { 'Ticket::100': { ...ticket, fields: { ...ticket.fields, title: 'another' } } });
  await expect(transform()).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(
      /intermediate.thread_part cannot be computed: division by zero.* Ticket::104 and of 95 more at least\.$/,
    ),
    nextStep: expect.stringContaining('explain Ticket::100'),
  });
  expect(await findings()).toEqual([]);
});

it('says that its connection was ended, and holds nobody up after that', async () => {
  const { pool } = database;
  await landObjects(pool, { ...read('world.json'), ...read('t8-markup-that-cannot-be-laid-out', 'given.json') });
  await transform();
  await replaceView(
    'intermediate.thread_part_definition',
    (sql) => `select v.* from (${sql}) as v
     where current_setting('idle_in_transaction_session_timeout') <> '30s' or pg_terminate_backend(pg_backend_pid())`,
  );
  const again = { ...read('t8-markup-that-cannot-be-laid-out', 'given.json')['Ticket::100'] } as GivenObject;
  await landObjects(pool, { 'Ticket::100': { ...again, fields: { ...again.fields, title: 'another' } } });
  await expect(transform()).rejects.toThrow(/terminat|ended/i);
  await replaceView('intermediate.thread_part_definition', (sql) => sql);
  expect((await transform()).setAside).toEqual([]);
});
