import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { executePurge, planPurge, purgeKinds } from '../../platform/purge.ts';
import { openRun } from '../../platform/run-record.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: 'tests/cases/settings.yaml',
});
let database: TestDatabase;

const person = (phone: string) => ({
  class: 'Person',
  fields: {
    name: 'Bea',
    first_name: '',
    friendlyname: 'Bea',
    email: 'bea@one.example',
    phone,
    org_id: '1',
    status: 'active',
  },
});

beforeEach(async () => {
  database = await createTestDatabase();
  const organization = { class: 'Organization', fields: { name: 'One', code: 'C1', status: 'active', parent_id: '0' } };
  await landObjects(database.pool, {
    'Organization::1': organization,
    'Contact::1': person('1'),
    'Contact::2': person('1'),
  });
  await landObjects(database.pool, { 'Contact::1': person('2'), 'Contact::2': person('2') });
  await landObjects(database.pool, { 'Contact::1': person('3') });
  await runTransform(database.pool, settings, openProgress('silent'));
  await database.pool.query(`
    insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ('w1', 'W', 'EU', 'https://api.eu.intercom.io', '1');
    insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', 'f', '{}', 'done');
    insert into ops.process (run_id, attempt, host, pid, ended_at) select max(run_id), 1, 'h', 1, now() from ops.run;
    insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method, path, payload, before_image, state, outcome_at)
      select 'w1', (select max(run_id) from ops.run), (select max(process_id) from ops.process), 'contacts', 'UpdateContact', 'contact', key, key, 'PUT', '/contacts/x',
             '{"phone": "3"}', '{"phone": null}', state, outcome_at
      from (values ('Contact::1', 'done', now()), ('Contact::2', 'uncertain', now()), ('Contact::3', 'done', now() - interval '40 days')) as j (key, state, outcome_at);
    insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
      select 'w1', 'contact', 'Contact::1', 'abc', 'created', max(run_id) from ops.run;
    insert into raw.dead_letter (broker, topic, partition_id, generation, offset_no, source_key, reason_code, reason, next_step, content)
      values ('inline', 't', 0, 0, 1, 'Contact::9', 'unknown_class', 'x', 'y', 'secret')`);
});
afterEach(() => database.drop());

const everything = { kinds: purgeKinds, keepDays: 0 };
const signed = { purgedBy: 'Ann', reason: 'retention' };
const versions = async () =>
  (
    await database.pool.query(
      `select source_key, payload ->> 'phone' as phone from raw.object where root_class = 'Contact' order by 1, 2`,
    )
  ).rows;

it('shows what would go, and changes nothing', async () => {
  const planned = await planPurge(database.pool, everything);
  expect(planned.map((row) => [row.kind, row.what, row.rows])).toEqual([
    ['versions', 'Person', 3],
    ['dead_letters', 'unknown_class', 1],
    ['journal', 'UpdateContact', 2],
  ]);
  expect(await versions()).toHaveLength(5);
});

it('takes away superseded versions, dead letters and bodies, and records it without content', async () => {
  const before = await database.pool.query('select * from intercom.contact order by target_key');
  await executePurge(database.pool, { ...everything, ...signed });
  expect(await versions()).toEqual([
    { source_key: 'Contact::1', phone: '3' },
    { source_key: 'Contact::2', phone: '2' },
  ]);
  const journal = await database.pool.query(
    'select source_key, payload, before_image from load.journal order by source_key',
  );
  expect(journal.rows).toEqual([
    { source_key: 'Contact::1', payload: null, before_image: { phone: null } },
    { source_key: 'Contact::2', payload: { phone: '3' }, before_image: { phone: null } },
    { source_key: 'Contact::3', payload: null, before_image: { phone: null } },
  ]);
  const record = await database.pool.query(
    'select kind, purged_by, reason, what, row_count::integer as rows from ops.purge join ops.purged using (purge_id) order by purge_id',
  );
  expect(record.rows).toEqual([
    { kind: 'versions', purged_by: 'Ann', reason: 'retention', what: 'Person', rows: 3 },
    { kind: 'dead_letters', purged_by: 'Ann', reason: 'retention', what: 'unknown_class', rows: 1 },
    { kind: 'journal', purged_by: 'Ann', reason: 'retention', what: 'UpdateContact', rows: 2 },
  ]);
  expect(await planPurge(database.pool, everything)).toEqual([]);
  // Landing goes on: the same state again is no new version, and a full build shows what it showed.
  await landObjects(database.pool, { 'Contact::1': person('3') });
  expect(await versions()).toHaveLength(2);
  await database.pool.query('delete from ops.materialised');
  await runTransform(database.pool, settings, openProgress('silent'));
  expect((await database.pool.query('select * from intercom.contact order by target_key')).rows).toEqual(before.rows);
});

it('keeps what is younger than the retention, and what belongs to others', async () => {
  expect(await planPurge(database.pool, { ...everything, keepDays: 30 })).toMatchObject([{ kind: 'journal', rows: 1 }]);
  expect(await planPurge(database.pool, { ...everything, sourceKey: 'Contact::2' })).toMatchObject([
    { kind: 'versions', rows: 1 },
  ]);
});

it('is refused without a name, while a run is unfinished, and before a transform', async () => {
  await expect(executePurge(database.pool, { ...everything, purgedBy: '', reason: 'x' })).rejects.toMatchObject({
    exitCode: 2,
  });
  await landObjects(database.pool, { 'Contact::1': person('4') });
  await expect(executePurge(database.pool, { ...everything, ...signed })).rejects.toThrow('not transformed yet');
  const run = await openRun(database.pool, { command: 'extract', fingerprint: {} });
  await expect(executePurge(database.pool, { ...everything, ...signed })).rejects.toThrow('"extract" is unfinished');
  await run.leave();
});

it('tells which person went to which object in which region', async () => {
  const { rows } = await database.pool.query(
    'select person_key, relation, target_type, target_id, region from reconcile.personal_data order by person_key',
  );
  expect(rows).toEqual([
    { person_key: 'Contact::1', relation: 'is the contact', target_type: 'contact', target_id: 'abc', region: 'EU' },
    {
      person_key: 'Contact::2',
      relation: 'merged into the contact',
      target_type: 'contact',
      target_id: 'abc',
      region: 'EU',
    },
  ]);
});
