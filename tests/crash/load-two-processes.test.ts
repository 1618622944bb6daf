import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation, type Workload } from '../support/load-workload.ts';
import { holdings, manyTickets } from '../support/many-tickets.ts';
import { startProcess } from '../support/start-process.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

const startLoader = (workspace: TestWorkspace) =>
  startProcess(workspace, 'load', { timeoutMs: 400, searchLagMs: 100, inFlight: 3 });

/** A small generator with a seed: a run that fails can be repeated. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

async function open(workload: Workload): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(workload, { switches: { latencyMs: 15 } });
  opened.push(workspace);
  return workspace;
}

it.each(sweepSeeds(11))('two processes with random kills (seed %i) load everything once', async (seed) => {
  const workload = manyTickets(30);
  const undisturbed = await open(workload);
  await undisturbed.load();

  const workspace = await open(workload);
  const roll = dice(seed);
  const loaders = [startLoader(workspace), startLoader(workspace)];
  for (let kills = 0; kills < 6; kills += 1) {
    await sleep(500 + roll() * 900);
    const victim = Math.floor(roll() * loaders.length);
    const loader = loaders[victim];
    if (loader === undefined) continue;
    loader.child.kill('SIGKILL');
    await loader.ended;
    loaders[victim] = startLoader(workspace);
  }
  for (const { code, errors } of await Promise.all(loaders.map((loader) => loader.ended))) expect(code, errors).toBe(0);
  await workspace.load();

  expect(holdings(await workspace.dump())).toEqual(holdings(await undisturbed.dump()));
  expect(await workspace.customerNotifications()).toEqual([]);
  expect(await judgeDump(workspace)).toEqual([]);
  const left = await workspace.database.pool.query(
    `select target_key, operation, state from load.journal where state in ('intent', 'uncertain')`,
  );
  expect(left.rows).toEqual([]);
});

/** Starts two loaders and waits until both are sending threads. */
async function twoAtWork(workspace: TestWorkspace) {
  const loaders = [startLoader(workspace), startLoader(workspace)];
  const sending = `select count(distinct process_id)::integer as count from load.journal where operation = 'replyConversation'`;
  await until('both send threads', async () => (await workspace.database.pool.query(sending)).rows[0].count === 2, {
    by: loaders,
    everyMs: 20,
  });
  return loaders;
}

/** Ends of both, one of which met the alarm and the other of which heard of it; both within a window of the rate limit, which is ten seconds,
 * and what a busy machine takes besides. */
async function expectBothStopped(loaders: Awaited<ReturnType<typeof twoAtWork>>, words: string): Promise<void> {
  const raisedAt = Date.now();
  const ends = await Promise.all(loaders.map((loader) => loader.ended));
  expect(Date.now() - raisedAt).toBeLessThan(30_000);
  expect(ends.map(({ code }) => code)).toEqual([1, 1]);
  const heard = ends.filter(({ errors }) => errors.includes('Another loader process raised an alarm'));
  expect(heard, JSON.stringify(ends)).toHaveLength(1);
  for (const { errors } of ends) expect(errors).toContain(words);
}

it.each([
  ['a refused token', 'replyConversation', '401', 'HTTP 401'],
  // Of conversations only those with a company name the workspace.
  ['the answer of another workspace', 'manageConversation', 'other-workspace', 'Workspace elsewhere answers'],
])(
  '%s in one process stops the other within a window, and the next load goes on',
  async (_, operation, kind, words) => {
    const workspace = await open(manyTickets(60));
    const loaders = await twoAtWork(workspace);
    await workspace.control('/faults', { match: { operation }, kind });
    await expectBothStopped(loaders, words);
    await workspace.load();
    expect(await judgeDump(workspace)).toEqual([]);
  },
);

it('a bot that answers one process stops the other within a window', async () => {
  const workspace = await openTestWorkspace(manyTickets(60), { switches: { latencyMs: 150 } });
  opened.push(workspace);
  const loaders = await twoAtWork(workspace);
  const newest = await workspace.database.pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'conversation' order by recorded_at desc limit 1`,
  );
  await workspace.control('/actions', {
    do: 'bot-answers',
    conversation_id: newest.rows[0]?.target_id,
    body: 'I am Fin.',
  });
  await expectBothStopped(loaders, 'the workspace is not silent');
});

it('a search that lags longer than its bound leads to a second conversation that is listed', async () => {
  const workspace = await openTestWorkspace(everyOperation(), { switches: { searchLagMs: 3_000 } });
  opened.push(workspace);
  await workspace.control('/faults', {
    match: { operation: 'createConversation' },
    kind: 'error500-after-commit',
  });
  // Far more than an answer takes on a busy machine, where others would be lost too, and less than the search lags.
  await workspace.load({ timeoutMs: 1_000 });
  await sleep(3_000);
  await workspace.load({ timeoutMs: 1_000 });
  const listed = await workspace.database.pool.query(
    `select target_key, verdict from reconcile.verdict where check_name = 'single' and field = ''`,
  );
  expect(listed.rows).toEqual([{ target_key: 'Ticket::83', verdict: 'failed' }]);
  // Never silent: the dump judged by itself finds what reconciling lists.
  const faults = (await judgeDump(workspace)).filter((fault) => fault.check_name === 'one conversation a ticket');
  expect(faults).toMatchObject([{ record_key: 'Ticket::83', actual: '2' }]);
  const differences = await workspace.database.pool.query(
    `select target_key from reconcile.difference where is_failure and not is_accepted and field = ''`,
  );
  expect(differences.rows).toEqual([{ target_key: 'Ticket::83' }]);
});

it('a search that lags less than its bound finds what was created', async () => {
  const workspace = await openTestWorkspace(everyOperation(), { switches: { searchLagMs: 50 } });
  opened.push(workspace);
  await workspace.control('/faults', {
    match: { operation: 'createConversation' },
    kind: 'error500-after-commit',
    times: 2,
  });
  await workspace.load({ timeoutMs: 1_000 });
  const conversations = (await workspace.dump()).filter((object) => object.type === 'conversation');
  expect(conversations).toHaveLength(2);
});
