import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { explain } from '../../load/explain.ts';
import { readStatus } from '../../load/read-status.ts';
import { setPause } from '../../load/watch.ts';
import { createTestDatabase } from '../support/database.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

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
  await expect(workspace.load({ only: 'R-1' })).rejects.toThrow('Nothing that is to be loaded is called R-1');
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

it('an alarm of another process stops a load', async () => {
  await open({ switches: { latencyMs: 100 } });
  await workspace.load({ stopAfter: 1 });
  const load = workspace.load();
  const stopped = expect(load).rejects.toThrow('Another loader process raised an alarm: the token is dead');
  await sleep(300);
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
