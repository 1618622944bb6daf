import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

/** Short, so that settling a lost call takes half a second and not three minutes. */
const waiting = { timeoutMs: 250, latenessMs: 350 };

/** All operations of a load that change something. */
const operations = [
  'createDataAttribute',
  'createConversationAttribute',
  'createOrUpdateCompany',
  'CreateContact',
  'attachContactToACompany',
  'createTag',
  'createCustomObjectInstances',
  'createCollection',
  'createArticle',
  'createConversation',
  'attachContactToConversation',
  'replyConversation',
  'attachTagToConversation',
  'updateConversation',
  'manageConversation',
];

async function open(): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  return workspace;
}

/** How long after its arrival a call takes effect that is so many bounds late; the way to the server counts against the bound. */
const lateBy = (bounds: number) =>
  waiting.timeoutMs + Math.floor(waiting.latenessMs * bounds) - (bounds === 1 ? 100 : 0);

const openCalls = `select target_key, operation, state from load.journal where state in ('intent', 'uncertain', 'failed')`;

it('an undisturbed load loses no call and waits for none', async () => {
  const workspace = await open();
  expect((await workspace.load(waiting)).lostCalls).toEqual({ calls: 0, waitedMs: 0 });
});

it.each(
  sweepSeeds(1).flatMap((seed) =>
    [0.1, 1].flatMap((bounds) =>
      (['late-commit', 'error504-late-commit'] as const).map((kind) => ({ seed, bounds, kind })),
    ),
  ),
)(
  'every operation once $bounds bounds late ($kind, call $seed of its kind) loads everything once',
  async ({ seed, bounds, kind }) => {
    const workspace = await open();
    const undisturbed = await open();
    await undisturbed.load(waiting);
    const made = await undisturbed.requests();
    for (const operation of operations) {
      expect(made[operation], operation).toBeGreaterThan(0);
      // With another seed another call of each kind.
      const nth = (seed % (made[operation] ?? 1)) + 1;
      await workspace.control('/faults', { match: { operation, nth }, kind, ms: lateBy(bounds) });
    }
    const { lostCalls } = await workspace.load(waiting);
    expect(lostCalls.calls).toBe(operations.length);
    await sleep(lateBy(bounds));
    expect(await judgeDump(workspace)).toEqual([]);
    expect((await workspace.database.pool.query(openCalls)).rows).toEqual([]);
    expect(await workspace.customerNotifications()).toEqual([]);
  },
  120_000,
);
