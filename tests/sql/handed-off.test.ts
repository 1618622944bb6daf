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

it('a file too big for a request is handed off with its conversation named, beside what hangs on no ticket', async () => {
  await landObjects(database.pool, {
    'Ticket::5': {
      class: 'UserRequest',
      fields: { ref: 'R-5', title: 'x', status: 'new', start_date: '2024-01-10 10:00:00', description: '<p>x</p>' },
    },
    'Attachment::9': {
      class: 'Attachment',
      fields: {
        item_class: 'UserRequest',
        item_id: '5',
        creation_date: '2024-01-10 10:00:10',
        temp_id: '',
        expire: '',
      },
    },
  });
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type)
     values ('Attachment::9', 'contents', sha256('x'), 157286400, 'film.mp4', 'video/mp4')`,
  );
  await runTransform(database.pool, loadSettings({ environment: { ITOP_TIMEZONE: 'UTC' } }), openProgress('silent'));
  const handedOff = async () =>
    (await database.pool.query(`select file_name, belongs_to from handoff.file where source_key = 'Attachment::9'`))
      .rows;
  expect(await handedOff()).toEqual([]);
  // As a load leaves it: named in a note, carried by no request.
  await database.pool.query(
    `with workspace as (
       insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', 'w', 'http://w', '1')
     ), run as (
       insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', '', '{}', 'done') returning run_id
     )
     insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w1', 'attachment_handed_off', 'Attachment::9', '77', 'created', run_id from run`,
  );
  expect(await handedOff()).toEqual([{ file_name: 'film.mp4', belongs_to: 'UserRequest::5' }]);
});
