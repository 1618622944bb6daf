import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { filesOf, readExports } from '../support/exports.ts';
import { extractFrom } from '../support/extract-runs.ts';
import { openTestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { plan } from '../support/rollback-workspace.ts';

/* This machine's clock may be wrong, and iTop's or the warehouse's may be ahead of Intercom's (rule T10). */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

const minute = 60_000;

/** An iTop with a process, and so a clock, of its own. */
async function startItop() {
  const main = join(import.meta.dirname, '../../rehearsal/itop-simulator/main.ts');
  const environment = { PATH: process.env.PATH, ITOP_SIMULATOR_PASSWORD: 'secret' };
  const child = spawn(process.execPath, [main, '--tickets', '20'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closers.push(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, controlUrl } = JSON.parse(line.toString('utf8')) as { url: string; controlUrl: string };
  const control = async (path: string, body?: unknown) =>
    (
      await fetch(`${controlUrl}${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
    ).text();
  return { url, password: 'secret', control };
}

it('an extraction sees changes and deletions in their order, whatever the clock of this machine says', async () => {
  const [database, itop] = await Promise.all([createTestDatabase(), startItop()]);
  closers.push(() => database.drop());
  const setClock = (aheadMs: number) => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs });
  };
  const dump = (await itop.control('/dump?class=UserRequest')).trim().split('\n');
  const [first, second] = dump.map((one) => (JSON.parse(one) as { id: number }).id);
  const latest = async (id: number | undefined) => {
    const { rows } = await database.pool.query<{ op: string; title: string | null; off: number }>(
      `select h.op, payload ->> 'title' as title, abs(extract(epoch from clock_timestamp() - observed_at))::integer as off
       from raw.head h join raw.object o using (root_class, source_key, version_id) where source_key = $1`,
      [`Ticket::${id}`],
    );
    return rows[0];
  };
  setClock(90 * minute);
  await extractFrom(database.pool, itop);
  setClock(0);
  await itop.control('/objects', [
    { action: 'patch', class: 'UserRequest', id: first, fields: { title: 'By a right clock' } },
  ]);
  await extractFrom(database.pool, itop, { isDelta: true });
  expect(await latest(first)).toMatchObject({ title: 'By a right clock' });
  setClock(-90 * minute);
  await itop.control('/objects', [
    { action: 'patch', class: 'UserRequest', id: first, fields: { title: 'By a clock that is late' } },
    { action: 'delete', class: 'UserRequest', id: second },
  ]);
  await extractFrom(database.pool, itop);
  const [changed, deleted] = [await latest(first), await latest(second)];
  expect([changed?.title, deleted?.op]).toEqual(['By a clock that is late', 'delete']);
  // Seconds: far from the hour and a half by which the clock of this machine was wrong.
  expect(changed?.off).toBeLessThan(1_800);
});

it('a read of iTop counts as later than a file that a machine whose clock is ahead wrote before', async () => {
  const [database, itop] = await Promise.all([createTestDatabase(), startItop()]);
  closers.push(() => database.drop());
  const [line = ''] = (await itop.control('/dump?class=Organization')).split('\n');
  const { id } = JSON.parse(line) as { id: number };
  const exported = await filesOf({
    'Organization.csv': `"id","name","code","status"\n${id},"As exported","C","active"\n`,
  });
  closers.push(exported.remove);
  const ahead = new Date(Date.now() + 90 * minute);
  await utimes(join(exported.directory, 'Organization.csv'), ahead, ahead);
  vi.useFakeTimers({ toFake: ['Date'], now: ahead });
  await readExports(database.pool, [exported.directory]);
  vi.useRealTimers();
  await itop.control('/objects', [{ action: 'patch', class: 'Organization', id, fields: { name: 'Renamed since' } }]);
  // By files or over REST, not both: a person decides for REST.
  await database.pool.query(`delete from ops.class_channel where class = 'Organization'`);
  await extractFrom(database.pool, itop);
  const { rows } = await database.pool.query(
    `select o.payload ->> 'name' as name, h.seen_at <= clock_timestamp() + interval '2 seconds' as is_past
     from raw.head h join raw.object o using (root_class, source_key, version_id) where source_key = $1`,
    [`Organization::${id}`],
  );
  expect(rows).toEqual([{ name: 'Renamed since', is_past: true }]);
});

const inFuture = new Date(Date.now() + 90 * minute).toISOString();

it('no time is sent that lies in the future of Intercom, and what comes later stands behind it', async () => {
  const workload = everyOperation();
  const parts = workload.parts.map((part) => (part.position === 4 ? { ...part, created_at: inFuture } : part));
  const conversations = workload.conversations.map((one) =>
    one.target_key === 'Ticket::84' ? { ...one, created_at: inFuture } : one,
  );
  const workspace = await openTestWorkspace(
    { ...workload, parts, conversations },
    { switches: { futureDates: 'refuse' } },
  );
  closers.push(() => workspace.close());
  const { pool } = workspace.database;
  await workspace.load();
  const outcomes = 'select target_key, reason_code from load.outcome';
  expect((await pool.query(outcomes)).rows).toEqual([]);
  const sent = await pool.query(
    `select target_key, sent_created_at <= clock_timestamp() and sent_created_at > clock_timestamp() - interval '30 minutes' as is_now
     from load.identity where target_key in ('Ticket::84', 'Ticket::83#private_log/3', 'Ticket::83#private_log/0')
       and target_type in ('conversation', 'part') order by 1`,
  );
  expect(sent.rows).toEqual([
    { target_key: 'Ticket::83#private_log/0', is_now: true },
    { target_key: 'Ticket::84', is_now: true },
  ]);
  const wrong = await pool.query(`select target_key, check_name, field from reconcile.difference where is_failure`);
  expect(wrong.rows).toEqual([]);
  // What comes later stands behind it, and a conversation that was begun is ended without another time.
  await pool.query(
    `insert into intercom.conversation_part
     select (jsonb_populate_record(p, jsonb_build_object('target_key', 'Ticket::84#public_log/0', 'conversation_key', 'Ticket::84', 'position', 1,
       'created_at', $1::text, 'payload_hash', '\\x01'))).*
     from intercom.conversation_part p where target_key = 'Ticket::83#public_log/2'`,
    [inFuture],
  );
  await pool.query(`update intercom.conversation set payload_hash = sha256('changed') where target_key = 'Ticket::84'`);
  await workspace.load({ withChanges: true });
  expect((await pool.query(outcomes)).rows).toEqual([]);
  const added = await pool.query(
    `select p.sent_created_at >= c.sent_created_at as is_behind, p.sent_created_at <= clock_timestamp() as is_past
     from load.identity p join load.identity c on c.target_key = 'Ticket::84' and c.target_type = 'conversation'
     where p.target_key = 'Ticket::84#public_log/0' and p.target_type = 'part'`,
  );
  expect(added.rows).toEqual([{ is_behind: true, is_past: true }]);
});

it('what was refused for its time is tried by the next load, what was refused for another reason is not', async () => {
  const workspace = await openTestWorkspace(everyOperation());
  closers.push(() => workspace.close());
  const { pool } = workspace.database;
  // Up to the first attribute: the workspace and the run are recorded by it.
  await workspace.load({ stopAfter: 1 });
  await pool.query(
    `insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, payload_hash, thread_hash, run_id)
     select $1, 'conversation', target_key, 'failed', case target_key when 'Ticket::84' then 'TimeRefused' else 'Rejected' end, 'no', '',
            payload_hash, reconcile.unsent_messages($1, target_key), (select max(run_id) from ops.run)
     from intercom.conversation`,
    [workspace.idCode],
  );
  await workspace.load();
  const { rows } = await pool.query(
    `select target_key, reason_code from load.outcome where target_type = 'conversation'`,
  );
  expect(rows).toEqual([{ target_key: 'Ticket::83', reason_code: 'Rejected' }]);
});

it('a reply right after the load keeps its conversation, also where the clock of the warehouse is ahead of that of Intercom', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10 * minute });
  const workspace = await openTestWorkspace(everyOperation());
  closers.push(() => workspace.close());
  const { pool } = workspace.database;
  await workspace.load();
  const { rows } = await pool.query<{ id: string }>(
    `select target_id as id from load.identity where target_type = 'conversation' and target_key = 'Ticket::84'`,
  );
  await workspace.control('/actions', { do: 'customer-replies', conversation_id: rows[0]?.id, body: 'Thank you.' });
  const { planId } = await plan(workspace);
  const planned = await pool.query(
    `select target_key, action, reason from reconcile.rollback_item where plan_id = $1 and target_type = 'conversation' order by 1`,
    [planId],
  );
  expect(planned.rows).toEqual([
    { target_key: 'Ticket::83', action: 'delete', reason: 'created by the load' },
    { target_key: 'Ticket::84', action: 'keep', reason: expect.stringContaining('a customer wrote in it since') },
  ]);
  const seen = await pool.query(
    `select touch, facts -> 'surplusParts' as surplus from reconcile.observation where target_id = $1`,
    [rows[0]?.id],
  );
  expect(seen.rows).toEqual([{ touch: expect.stringContaining('a customer wrote'), surplus: [] }]);
});
