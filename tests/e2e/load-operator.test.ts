import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { setPause } from '../../load/engine/halt-and-pause.ts';
import { explain } from '../../load/status/explain.ts';
import { readStatus } from '../../load/status/read-status.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import { createTestDatabase } from '../support/database.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';
import { startProcess } from '../support/start-process.ts';
import { until } from '../support/until.ts';

let workspace: TestWorkspace;
let opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const one of opened) await one.close();
  opened = [];
});

async function open(options: Parameters<typeof openTestWorkspace>[1] = {}): Promise<TestWorkspace> {
  workspace = await openTestWorkspace(everyOperation(), options);
  opened.push(workspace);
  return workspace;
}

const count = async (query: string) => (await workspace.database.pool.query(query)).rows[0]?.count as number;

it('loads one ticket with what it needs, by its ref, and nothing else', async () => {
  await open();
  await workspace.load({ only: 'R-000084' });
  const loaded = await workspace.database.pool.query(
    `select target_type, target_key from load.identity
     where target_type in ('contact', 'company', 'contact_company', 'tag', 'conversation', 'article') order by 1, 2`,
  );
  expect(loaded.rows).toEqual([
    { target_type: 'company', target_key: 'Organization::3' },
    { target_type: 'contact', target_key: 'Contact::6' },
    { target_type: 'conversation', target_key: 'Ticket::84' },
  ]);
  await expect(workspace.load({ only: 'R-1' })).rejects.toThrow('No object to be loaded is called R-1');
});

it('explains collections and tags like every other kind, also by their ids', async () => {
  await open();
  const { pool } = workspace.database;
  await workspace.load({ only: 'R-000084' });
  await pool.query(
    `insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
     select workspace_id_code, target_type, target_key, target_id, 'created', run_id
     from ops.run cross join (values ('collection', 'FAQCategory::1', '4711'), ('tag', 'tag:Network', '4712'),
       ('conversation', 'Ticket::83', '4713')) as i (target_type, target_key, target_id)`,
  );
  const kindsOf = async (reference: string) =>
    (await explain(pool, reference)).plan.map(({ kind, text }) => [kind, text]);
  expect(await kindsOf('4711')).toEqual([['collection', 'Networks']]);
  expect(await kindsOf('4712')).toContainEqual(['tag', 'Network']);
  expect(await kindsOf('4713')).toContainEqual(['tag of the conversation', 'tag:Network']);
});

it('holds while the workspace is paused and goes on when it is resumed', async () => {
  await open();
  const { pool } = workspace.database;
  await workspace.load({ stopAfter: 1 });
  const before = await workspace.mutations();
  await setPause(pool, workspace.idCode, true);
  const load = workspace.load();
  await sleep(500);
  expect(await workspace.mutations()).toBe(before);
  expect(await setPause(pool, workspace.idCode, false)).toBe(true);
  await load;
  expect(
    await count(`select count(*)::integer as count from load.identity where target_type = 'conversation_state'`),
  ).toBe(2);
});

it('a bot that answers stops this process and tells the others', async () => {
  await open({ switches: { latencyMs: 20 } });
  await workspace.load({ only: 'R-000084' });
  const { rows } = await workspace.database.pool.query(
    `select target_id from load.identity where target_type = 'conversation'`,
  );
  await workspace.database.pool.query(
    `delete from load.identity where target_type in ('conversation_state', 'conversation_closing')`,
  );
  await workspace.control('/actions', { do: 'bot-answers', conversation_id: rows[0].target_id, body: 'I am Fin.' });
  await expect(workspace.load({ only: 'R-000084' })).rejects.toThrow('the workspace is not silent');
  expect(await count('select count(*)::integer as count from load.halt')).toBe(1);
});

it('a comment that is notified although it says not to stops this process and tells the others', async () => {
  await open({ switches: { skippedNotifications: 'sent' } });
  await expect(workspace.load()).rejects.toThrow(/Somebody was notified of part \d+ .* skip_notifications/);
  expect(await count('select count(*)::integer as count from load.halt')).toBe(1);
  // One was too many already; it is the only one.
  expect(await workspace.customerNotifications()).toHaveLength(1);
});

it.each([
  ['401', 'createConversation', 'HTTP 401'],
  ['other-workspace', 'CreateContact', 'Workspace elsewhere answers, but only workspace1 was confirmed'],
])('a %s in the middle of a load stops this process and tells the others', async (kind, operation, words) => {
  await open();
  await workspace.control('/faults', { match: { operation }, kind });
  await expect(workspace.load()).rejects.toThrow(words);
  expect(await count('select count(*)::integer as count from load.halt')).toBe(1);
  await workspace.load();
  const left = `select count(*)::integer as count from load.journal where state in ('intent', 'uncertain')`;
  expect(await count(left)).toBe(0);
});

it('what failed and is not planned any more is not noted any more', async () => {
  await open();
  const { pool } = workspace.database;
  await pool.query(`insert into intercom.contact select * from jsonb_populate_record(null::intercom.contact,
    '{"target_key": "Contact::9", "source_key": "Contact::9", "role": "user", "email": "not an address", "custom_attributes": {}}')`);
  await workspace.load();
  const noted = 'select target_key from load.outcome';
  expect((await pool.query(noted)).rows).toEqual([{ target_key: 'Contact::9' }]);
  await workspace.load({ only: 'R-000084' });
  expect((await pool.query(noted)).rows).toEqual([{ target_key: 'Contact::9' }]);
  await pool.query(`delete from intercom.contact where target_key = 'Contact::9'`);
  await workspace.load({ only: 'R-000084' });
  expect((await pool.query(noted)).rows).toEqual([]);
});

it('a lost call of what is not planned any more is listed with a next step, can be accepted, and is settled when it is planned again', async () => {
  await open();
  const { pool } = workspace.database;
  const untilConversations = async (_: string, phase: string) => {
    if (phase === 'conversations') throw new Error('far enough');
  };
  await expect(workspace.load({ beforePhase: untilConversations })).rejects.toThrow('far enough');
  await workspace.control('/hold', { nth: 1, when: 'after-commit' });
  const { child, ended } = startProcess(workspace, 'load', { timeoutMs: 300, searchLagMs: 60, inFlight: 1 });
  expect(await workspace.control('/hold?timeout=20000')).toMatchObject({ operation: 'createConversation' });
  child.kill('SIGKILL');
  await ended;
  await workspace.control('/release', {});
  const [lost] = (await pool.query(`select target_key from load.journal where state = 'intent'`)).rows;
  await pool.query('create table public.kept as select * from intercom.conversation where target_key = $1', [
    lost.target_key,
  ]);
  await pool.query('delete from intercom.conversation where target_key = $1', [lost.target_key]);

  const gate = async () =>
    (
      await pool.query(
        `select uncertain_calls::integer, is_open, reason from reconcile.gate where phase = 'conversations'`,
      )
    ).rows;
  // Twice: what is listed stays so.
  for (const _ of [1, 2]) {
    await workspace.load();
    expect(
      (await pool.query('select target_key, state, reason_code, next_step from reconcile.load_error')).rows,
    ).toEqual([
      {
        target_key: lost.target_key,
        state: 'failed',
        reason_code: 'OrphanedIntent',
        next_step: expect.stringMatching(/^Look in Intercom for what was sent \(.*\), and delete it there or leave it/),
      },
    ]);
    expect(await gate()).toEqual([{ uncertain_calls: 0, is_open: false, reason: '1 objects failed or blocked' }]);
  }
  await acceptDifferences(pool, workspace.idCode, {
    phase: 'conversations',
    check: 'OrphanedIntent',
    targetKey: lost.target_key,
    by: 'Ann',
    reason: 'seen in Intercom, left there',
  });
  expect(await gate()).toMatchObject([{ is_open: true }]);

  await pool.query('insert into intercom.conversation select * from public.kept');
  await workspace.load();
  expect((await pool.query('select * from reconcile.load_error')).rows).toEqual([]);
  expect(
    await count(`select count(*)::integer as count from load.journal where state in ('intent', 'uncertain')`),
  ).toBe(0);
  expect(await judgeDump(workspace)).toEqual([]);
});

it('an alarm of another process stops a load', async () => {
  await open({ switches: { latencyMs: 100 } });
  await workspace.load({ stopAfter: 1 });
  const before = await workspace.mutations();
  const load = workspace.load();
  const stopped = expect(load).rejects.toThrow('Another loader process raised an alarm: the token is dead');
  await until('the load writes', async () => (await workspace.mutations()) > before);
  await workspace.database.pool.query(
    `insert into load.halt (workspace_id_code, reason, next_step, process_id)
     select $1, 'the token is dead', 'get another', min(process_id) from ops.process`,
    [workspace.idCode],
  );
  await stopped;
});

it('says what is known of a database in which nothing happened yet', async () => {
  const database = await createTestDatabase();
  try {
    expect(await readStatus(database.pool)).toEqual({ running: [], unfinished: [], changedObjects: 0, workspaces: [] });
    await expect(explain(database.pool, 'R-1')).rejects.toThrow('Nothing is known of R-1');
  } finally {
    await database.drop();
  }
});
