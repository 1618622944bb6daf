import { spawn } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { type DumpedObject, openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

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

function startLoader(workspace: TestWorkspace) {
  // One object at a time: the order of requests is the same in every process. The timeout is short because a request of
  // unknown outcome is looked up only after it.
  const options = workspace.processOptions({ timeoutMs: 250, searchLagMs: 60, inFlight: 1 });
  const child = spawn(process.execPath, ['tests/support/load-process.ts', JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, INTERCOM_TOKEN: workspace.token },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, errors }));
  });
  return { child, ended };
}

/** What the held request was going to write: the one intent that is open. */
async function heldTarget(workspace: TestWorkspace): Promise<string> {
  const open = await workspace.database.pool.query<{ target: string }>(
    `select concat_ws(' ', operation, target_type, target_key) as target from load.journal where state = 'intent'`,
  );
  expect(open.rows).toHaveLength(1);
  return open.rows[0]?.target ?? '';
}

/**
 * Kills one load before and after the commit of every request in turn, restarting it each time, until it ends by itself.
 * A request that is repeated by right (an upsert, a create that is answered by 409) comes again after both kills: then
 * the next process is let past it.
 */
async function sweep(workspace: TestWorkspace): Promise<Map<string, Set<Moment>>> {
  const killed = new Map<string, Set<Moment>>();
  let nth = 1;
  let moment: Moment = 'before-commit';
  for (let kills = 0; kills < 200; kills += 1) {
    await workspace.control('/hold', { nth, when: moment });
    const { child, ended } = startLoader(workspace);
    const held = await heldOrEnded(workspace, ended);
    if (held !== undefined) {
      expect(held, held.errors).toMatchObject({ code: 0 });
      await workspace.control('/release', {});
      return killed;
    }
    const target = await heldTarget(workspace);
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

/** The end of the process, or undefined once a request is held. */
async function heldOrEnded<T>(workspace: TestWorkspace, ended: Promise<T>): Promise<T | undefined> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    if ((await workspace.control('/hold?timeout=100')) !== undefined) return undefined;
  }
  return ended;
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

  const facts = [
    `select target_type, target_key, origin, position, sent_created_at from load.identity order by 1, 2`,
    // That a repeated creation led to no second conversation is checked only where one was repeated.
    `select target_key, check_name, field, verdict, expected, actual from reconcile.verdict
     where check_name <> 'single' or verdict <> 'passed' order by 1, 2, 3`,
    `select * from load.outcome`,
    `select * from load.claim`,
    `select target_key from load.journal where state in ('intent', 'uncertain', 'failed')`,
  ];
  for (const query of facts) {
    const expected = await undisturbed.database.pool.query(query);
    expect((await workspace.database.pool.query(query)).rows, query).toEqual(expected.rows);
  }
});
