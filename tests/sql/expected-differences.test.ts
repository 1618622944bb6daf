import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runReconcile } from '../../reconcile/run-reconcile.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * The cases of rules T3 (equal seconds, the hour that autumn repeats), T7 (long threads) and P1 (same address), with a value too long for an attribute, as if
 * everything had been loaded as planned.
 */
const longName = `Old ${'Shared '.repeat(50)}`;
const read = (name: string) =>
  JSON.parse(readFileSync(join(projectRoot, 'tests/cases', name), 'utf8')) as Record<string, GivenObject>;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const objects: Record<string, GivenObject> = {
    ...read('world.json'),
    ...read('t7-long-thread-is-folded/given.json'),
    ...read('p1-same-address-is-one-contact/given.json'),
    ...read('t3-equal-seconds-are-moved-apart/given.json'),
    'Ticket::400': read('t3-autumn-hour-of-a-single-date/given.json')['Ticket::100'] as GivenObject,
  };
  const ticket = objects['Ticket::101'] as GivenObject;
  objects['Ticket::101'] = { ...ticket, fields: { ...ticket.fields, caller_id_friendlyname: longName } };
  await landObjects(database.pool, objects);
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
    file: 'tests/cases/settings.yaml',
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  await database.pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', 'w', 'http://w', '1');
     insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
       select 'w', kind, target_key, target_key, 'created', 1
       from intercom.conversation cross join unnest(array['conversation', 'conversation_state']) kind
       union all select 'w', 'contact', target_key, target_key, 'created', 1 from intercom.contact;
     insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, sent_created_at)
       select 'w', 'part', target_key, target_key, 'created', 1, created_at from intercom.conversation_part`,
  );
});
afterAll(() => database.drop());

async function expectedDifferences(where: string): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `select concat_ws(' ', phase, target_key, verdict, reason_code, nullif(field, '')) as line
     from reconcile.verdict where ${where} order by 1`,
  );
  return rows.map((row) => row.line);
}

it('what is in Intercom in another form stands in classes of its own, in the summary too, and is no failure', async () => {
  // The case's public and private entries; of its 398 parts two are transcripts and one the record note.
  const entries = 300 + 260;
  const partsLeft = 395;
  const { verdicts } = await runReconcile({ pool: database.pool, workspaceIdCode: 'w', runId: '1' });
  expect(await expectedDifferences(`verdict = 'merged'`)).toEqual([
    'contacts Contact::30 merged same_address',
    'contacts Contact::32 merged same_address',
  ]);
  expect(await expectedDifferences(`verdict = 'truncated'`)).toEqual([
    'conversations Ticket::101 truncated longer_than_255',
    'conversations Ticket::101 truncated longer_than_255 itop_caller',
  ]);
  expect(
    await expectedDifferences(`verdict = 'shifted' and expected::timestamp + interval '1 second' = actual::timestamp`),
  ).toEqual([
    'conversations Ticket::100#private_log/0 shifted equal_second',
    'conversations Ticket::100#public_log/1 shifted equal_second',
  ]);
  // The field of the ticket and the line that counts the ticket.
  expect(await expectedDifferences(`verdict = 'shifted' and reason_code = 'either_hour'`)).toEqual([
    'conversations Ticket::400 shifted either_hour private_log/1',
    'conversations Ticket::400 shifted either_hour resolution_date',
  ]);
  const folded = await database.pool.query<{ count: number; transcripts: string[] }>(
    `select count(*)::integer as count, array_agg(distinct actual order by actual) as transcripts from reconcile.verdict where verdict = 'folded'`,
  );
  expect(folded.rows).toEqual([
    { count: entries - partsLeft, transcripts: ['Ticket::340#transcript/private', 'Ticket::340#transcript/public'] },
  ]);
  const summed = new Map(verdicts.map((row) => [row.verdict, row.count]));
  expect(['merged', 'shifted', 'folded'].map((verdict) => summed.get(verdict))).toEqual([2, 2, entries - partsLeft]);
  const { rows } = await database.pool.query<{ failures: number }>(
    `select count(*) filter (where is_failure and check_name <> 'every object has one disposition')::integer as failures from reconcile.difference`,
  );
  expect(rows).toEqual([{ failures: 0 }]);
});

it('what is not so any more is withdrawn, and nothing is written again that did not change', async () => {
  await database.pool.query(`delete from load.identity where target_key = 'Contact::31'`);
  const decidedAt = async () =>
    (await database.pool.query(`select max(decided_at) as at from reconcile.verdict where verdict = 'truncated'`)).rows;
  const before = await decidedAt();
  // A value that was corrected since: its finding is gone.
  await database.pool.query(
    `insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field, evidence, verdict, reason_code, decided_at)
     select workspace_id_code, run_id, phase, object_type, target_key, 'value is usable', 'start_date', evidence, verdict, 'no_date', 'epoch'
     from reconcile.verdict where verdict = 'truncated' and field = ''`,
  );
  await runReconcile({ pool: database.pool, workspaceIdCode: 'w', runId: '1' });
  expect(
    await expectedDifferences(
      `verdict = 'merged' or (check_name = 'value is usable' and reason_code <> 'either_hour')`,
    ),
  ).toEqual([]);
  expect(await decidedAt()).toEqual(before);
});
