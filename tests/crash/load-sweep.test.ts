import { afterAll, expect, it } from 'vitest';
import { type DumpedObject, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';
import { startProcess } from '../support/start-process.ts';

const moments = ['before-commit', 'after-commit'] as const;
type Moment = (typeof moments)[number];

const opened: TestWorkspace[] = [];
afterAll(async () => {
  for (const workspace of opened) await workspace.close();
});

async function openWorkspace(): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  return workspace;
}

// One object at a time: the order of requests is the same in every process. The timeout is short because a request of
// unknown outcome is looked up only after it.
const startLoader = (workspace: TestWorkspace, withChanges = false) =>
  startProcess(workspace, 'load', { timeoutMs: 600, searchLagMs: 60, inFlight: 1, withChanges });

/** What the held request was going to write. Others may be open beside it: their objects wait for a look-up. */
async function heldTarget(workspace: TestWorkspace, { operation, path }: HeldCall): Promise<string> {
  const open = await workspace.database.pool.query<{ target: string }>(
    `select concat_ws(' ', operation, target_type, target_key) as target from load.journal
     where state = 'intent' and operation = $1 and path = $2`,
    [operation, path],
  );
  expect(open.rows, JSON.stringify(open.rows)).toHaveLength(1);
  return open.rows[0]?.target ?? '';
}

interface HeldCall {
  readonly operation: string;
  readonly path: string;
}

/**
 * Kills one load before and after the commit of every request in turn, restarting it each time, until it ends by itself.
 * A request that is repeated by right (an upsert, a create that is answered by 409) comes again after both kills: then
 * the next process is let past it.
 */
async function sweep(workspace: TestWorkspace, withChanges = false): Promise<Map<string, Set<Moment>>> {
  const killed = new Map<string, Set<Moment>>();
  let nth = 1;
  let moment: Moment = 'before-commit';
  for (let kills = 0; kills < 200; kills += 1) {
    await workspace.control('/hold', { nth, when: moment });
    const { child, ended } = startLoader(workspace, withChanges);
    const met = await heldOrEnded(workspace, ended);
    if ('end' in met) {
      expect(met.end, met.end.errors).toMatchObject({ code: 0 });
      await workspace.control('/release', {});
      return killed;
    }
    const target = await heldTarget(workspace, met.held);
    const moments = killed.get(target) ?? new Set();
    killed.set(target, moments);
    const isKnown = moments.has(moment);
    moments.add(moment);
    child.kill('SIGKILL');
    await ended;
    await workspace.control('/release', { drop: moment === 'before-commit' });
    nth = isKnown && moments.size === 2 ? nth + 1 : 1;
    moment = moments.size === 2 ? 'before-commit' : 'after-commit';
  }
  throw new Error('The load did not end after 200 kills.');
}

/** The held request, or the end of the process where none was held any more. */
async function heldOrEnded<T>(
  workspace: TestWorkspace,
  ended: Promise<T>,
): Promise<{ readonly held: HeldCall } | { readonly end: T }> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const held = (await workspace.control('/hold?timeout=100')) as HeldCall | undefined;
    if (held !== undefined) return { held };
  }
  return { end: await ended };
}

/** The workspace without what differs by nature: ids, which become the order of what they name, and times of now. */
function comparable(objects: readonly DumpedObject[], startedAt: number): unknown[] {
  const names = new Map<string, string>();
  const nameOf = (id: string) => {
    const name = names.get(id) ?? `id ${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
    }
    if (typeof value === 'number' && value >= startedAt && /_at$|_since$|^at$|_until$/.test(key) && value < 4e9)
      return 'now';
    if (key === 'url') return String(value).replace(/[0-9a-f]{24}|\d+/g, nameOf);
    if (key === 'id' || /_ids?$/.test(key)) return value === null ? null : nameOf(String(value));
    return value;
  };
  return [...objects].sort((a, b) => sortKey(a).localeCompare(sortKey(b))).map((object) => visit(object, ''));
}

function sortKey(object: DumpedObject): string {
  return `${object.type} ${String(object.title ?? object.external_id ?? object.name)}`;
}

/** What changes in the source after the first load: new entries, fields, texts, a state, an address. */
const changes = [
  `update intercom.company set name = 'Demo Ltd', payload_hash = sha256(payload_hash)`,
  `update intercom.contact set name = name || ' II', payload_hash = sha256(payload_hash)`,
  `update intercom.custom_object_instance set custom_attributes = '{"name": "SRV-13"}', payload_hash = sha256(payload_hash)`,
  `update intercom.article set body = '<p>Plug it out.</p>', payload_hash = sha256(payload_hash)`,
  `update intercom.conversation set title = title || '!', payload_hash = sha256(payload_hash)`,
  `update intercom.conversation set state = 'open', snoozed_until = null where target_key = 'Ticket::84'`,
  `update intercom.conversation_part set body = 'Nobody is on the way.', payload_hash = sha256(payload_hash)
   where target_key = 'Ticket::83#public_log/2'`,
  `insert into intercom.conversation_part
   select later.*
   from intercom.conversation_part p
   cross join lateral jsonb_populate_record(p, jsonb_build_object(
     'target_key', p.target_key || '9', 'item_key', p.item_key || '9', 'position', 9, 'created_at', '2020-03-09T10:00:00Z', 'body', 'It burns again.',
     'payload_hash', sha256('again'))) as later
   where p.target_key = 'Ticket::83#public_log/0'`,
];

it('a delta killed before and after the commit of every request ends like an undisturbed one', async () => {
  const startedAt = Math.floor(Date.now() / 1000) - 1;
  const undisturbed = await openWorkspace();
  const workspace = await openWorkspace();
  for (const one of [undisturbed, workspace]) {
    await one.load();
    for (const change of changes) await one.database.pool.query(change);
  }
  const before = await undisturbed.mutations();
  const { ended } = startLoader(undisturbed, true);
  expect(await ended).toMatchObject({ code: 0 });
  const writes = (await undisturbed.mutations()) - before;

  const killed = await sweep(workspace, true);
  expect(killed.size, 'every request of the undisturbed delta was met').toBe(writes);
  expect(comparable(await workspace.dump(), startedAt)).toEqual(comparable(await undisturbed.dump(), startedAt));
  expect(await workspace.customerNotifications()).toEqual([]);
  const left = `select target_key from load.journal where state in ('intent', 'uncertain', 'failed')`;
  expect((await workspace.database.pool.query(left)).rows).toEqual([]);
}, 600_000);

it('a load killed before and after the commit of every request ends like an undisturbed one', async () => {
  const startedAt = Math.floor(Date.now() / 1000) - 1;
  const undisturbed = await openWorkspace();
  const { ended } = startLoader(undisturbed);
  expect(await ended).toMatchObject({ code: 0 });

  const workspace = await openWorkspace();
  const killed = await sweep(workspace);

  expect([...killed.values()].every((moments) => moments.size === 2)).toBe(true);
  expect(killed.size, 'every request of the undisturbed load was met').toBe(await undisturbed.mutations());
  expect(comparable(await workspace.dump(), startedAt)).toEqual(comparable(await undisturbed.dump(), startedAt));
  expect(await workspace.customerNotifications()).toEqual([]);

  expect(await judgeDump(workspace)).toEqual([]);

  const facts = [
    `select target_type, target_key, origin, position, sent_created_at from load.identity order by 1, 2`,
    // That a repeated call had no second or late effect is checked only where one was repeated.
    `select target_key, check_name, field, verdict, expected, actual from reconcile.verdict
     where check_name not in ('single', 'single parts', 'as written') or verdict <> 'passed' order by 1, 2, 3`,
    `select * from load.outcome`,
    `select * from load.claim`,
    `select target_key from load.journal where state in ('intent', 'uncertain', 'failed')`,
  ];
  for (const query of facts) {
    const expected = await undisturbed.database.pool.query(query);
    expect((await workspace.database.pool.query(query)).rows, query).toEqual(expected.rows);
  }
}, 600_000);
