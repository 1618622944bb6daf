import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BlobStore, openBlobStore } from '../../platform/blob-store.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { executeFilePurge, planFilePurge } from '../../workflow/purge/purge-files.ts';
import { purgeKinds } from '../../workflow/purge/purge-record.ts';
import { executePurge, planPurge } from '../../workflow/purge/purge-rows.ts';
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

/** A store with four files: one of a loaded ticket, one that no workspace has carried yet, one of a CI, one that nothing names. */
async function fillStore(store: BlobStore): Promise<Readonly<Record<string, Buffer>>> {
  const hashes: Record<string, Buffer> = {};
  for (const name of ['sent', 'unsent', 'document', 'unnamed']) {
    const { hash } = await store.put(
      (async function* () {
        yield await Promise.resolve(Buffer.from(`bytes of ${name}`));
      })(),
    );
    hashes[name] = hash;
  }
  const { pool } = database;
  await pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type, fetched_at)
     values ('Attachment::1', 'contents', $1, 13, 'a', 'text/plain', now() - interval '1 hour'),
            ('Attachment::2', 'contents', $2, 15, 'b', 'text/plain', now() - interval '1 hour'),
            ('Document::3', 'file', $3, 17, 'c', 'text/plain', now() - interval '1 hour')`,
    [hashes.sent, hashes.unsent, hashes.document],
  );
  await pool.query('delete from ops.changed_object; delete from ops.stale_owner');
  await pool.query(
    `insert into intercom.conversation_part_file (target_key, part_key, conversation_key, blob_hash, byte_size, file_name)
     values ('Attachment::1', 'Ticket::1#public_log/0', 'Ticket::1', $1, 13, 'a'),
            ('Attachment::2', 'Ticket::2#public_log/0', 'Ticket::2', $2, 15, 'b')`,
    [hashes.sent, hashes.unsent],
  );
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select 'w1', 'attachment', 'Attachment::1', '1', 'created', max(run_id) from ops.run`,
  );
  return hashes;
}

it('takes away files that nothing has to send any more, goes on naming them, and records it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'purge-'));
  try {
    const store = await openBlobStore(directory);
    const hashes = await fillStore(store);
    const stored = async () => {
      const present = await Promise.all(
        Object.entries(hashes).map(async ([name, hash]) => (await store.has(hash)) && name),
      );
      return present.filter((name) => name !== false).sort();
    };
    const scope = { keepDays: 0 };
    expect(await planFilePurge(database.pool, store, { keepDays: 1 })).toEqual([]);
    // No workspace holds all files yet: those of conversations stay, also one that the sample's workspace holds.
    expect((await planFilePurge(database.pool, store, scope)).map(({ what, rows }) => [what, rows])).toEqual([
      ['Document', 1],
      ['unnamed', 1],
    ]);
    // The conversation of the other file was given up: its file stays for another try.
    await database.pool.query(
      `insert into load.outcome (workspace_id_code, target_type, target_key, run_id, state, reason_code, reason, next_step)
       select 'w1', 'conversation', 'Ticket::2', max(run_id), 'failed', 'Rejected', 'no', 'correct it' from ops.run`,
    );
    await expect(executeFilePurge(database.pool, store, { ...scope, ...signed, reason: ' ' })).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(await planFilePurge(database.pool, store, { ...scope, sourceKey: 'Document::3' })).toEqual([
      { kind: 'files', what: 'Document', rows: 1, bytes: 17 },
    ]);
    expect(await executeFilePurge(database.pool, store, { ...scope, ...signed })).toEqual([
      { kind: 'files', what: 'Attachment', rows: 1, bytes: 13 },
      { kind: 'files', what: 'Document', rows: 1, bytes: 17 },
      { kind: 'files', what: 'unnamed', rows: 1, bytes: 16 },
    ]);
    expect(await stored()).toEqual(['unsent']);
    const { rows } = await database.pool.query<{ source_key: string }>(
      'select source_key from raw.blob_source where purged_at is not null order by 1',
    );
    expect(rows.map((row) => row.source_key)).toEqual(['Attachment::1', 'Document::3']);
    const record = await database.pool.query(
      `select purged_by, what, row_count::integer as rows from ops.purge join ops.purged using (purge_id) where kind = 'files' order by what`,
    );
    expect(record.rows).toEqual([
      { purged_by: 'Ann', what: 'Attachment', rows: 1 },
      { purged_by: 'Ann', what: 'Document', rows: 1 },
      { purged_by: 'Ann', what: 'unnamed', rows: 1 },
    ]);
    expect(await planFilePurge(database.pool, store, scope)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
