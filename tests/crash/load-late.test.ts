import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { RefusedError } from '../../platform/errors.ts';
import type { ReadBackLevel } from '../../reconcile/read-back/run-read-back.ts';
import { readWaysOut } from '../../reconcile/ways-out.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation, workspaceTeammates } from '../support/load-workload.ts';
import { readBack } from '../support/read-back-workspace.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

/** Short, so that settling a lost call takes half a second and not three minutes. */
const waiting = { timeoutMs: 250, latenessMs: 250 };

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
  expect((await workspace.load({ ...waiting, timeoutMs: 5_000 })).lostCalls).toEqual({ calls: 0, waitedMs: 0 });
});

it.each(
  sweepSeeds(1).flatMap((seed) => [
    { seed, bounds: 0.1, kind: 'error504-late-commit' },
    { seed, bounds: 1, kind: 'late-commit' },
  ]),
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
    expect(lostCalls.calls).toBeGreaterThanOrEqual(operations.length);
    await sleep(lateBy(bounds));
    expect(await judgeDump(workspace)).toEqual([]);
    expect((await workspace.database.pool.query(openCalls)).rows).toEqual([]);
    expect(await workspace.customerNotifications()).toEqual([]);
  },
);

/** Operations whose effect beyond the bound is seen in Intercom: which call of them, and on which thing. */
const visible: Readonly<Record<string, { readonly nth: number; readonly key: string }>> = {
  createConversationAttribute: { nth: 2, key: 'conversation_attribute:itop_ref' },
  createCollection: { nth: 1, key: 'FAQCategory::1' },
  createArticle: { nth: 1, key: 'FAQ::1' },
  createConversation: { nth: 1, key: 'Ticket::83' },
  replyConversation: { nth: 1, key: 'Ticket::83' },
  // An assignment wakes what is closed meanwhile.
  manageConversation: { nth: 1, key: 'Ticket::83' },
};

/** Of two attributes of one name none can be written, and no conversation is: that is a load of its own. */
const attribute = 'createConversationAttribute';

/** Some in one load; in the longer sweep one each, too. */
const together = (all: readonly string[]) =>
  process.env.SWEEP_SEEDS === undefined ? [all] : [all, ...all.map((one) => [one])];

async function loadTenBoundsLate(late: readonly string[]): Promise<TestWorkspace> {
  const workspace = await open();
  for (const operation of late) {
    const match = { operation, nth: visible[operation]?.nth ?? 1 };
    await workspace.control('/faults', { match, kind: 'error504-late-commit', ms: lateBy(10) });
  }
  await workspace.load(waiting).catch((error: unknown) => {
    // Where the second attribute came before the first conversation, none is begun.
    if (!late.includes(attribute) || !(error instanceof RefusedError)) throw error;
  });
  const lost = await workspace.database.pool.query<{ operation: string }>(
    'select distinct operation from load.journal where sent_at is not null',
  );
  expect(lost.rows.map((row) => row.operation)).toEqual(expect.arrayContaining([...late]));
  await sleep(lateBy(10));
  return workspace;
}

/** What a level by itself lists as there too often, and nothing that an earlier look said. */
async function seenAt(workspace: TestWorkspace, level: 'books' | ReadBackLevel): Promise<string[]> {
  await workspace.database.pool.query('delete from reconcile.verdict');
  if (level === 'books') await workspace.lookAgain();
  else await readBack(workspace, level);
  const { rows } = await workspace.database.pool.query<{ target_key: string }>(
    `select distinct target_key from reconcile.difference
     where is_failure and reason_code in ('doubled', 'late_effect') order by target_key`,
  );
  return rows.map((row) => row.target_key);
}

/** What the next step of a conversation that a late call woke asks of a person clears it. */
async function closeByHand(workspace: TestWorkspace): Promise<void> {
  const { pool } = workspace.database;
  const woken = async () =>
    (await readWaysOut(pool, { workspaceIdCode: workspace.idCode, phase: 'conversations' })).flatMap(
      (line) => /^(\S+) \(conversation (\d+) in Intercom\): it was written as closed and is open/.exec(line)?.[2] ?? [],
    );
  await workspace.lookAgain();
  const [id = expect.fail('none is woken')] = await woken();
  const closed = await fetch(`${workspace.url}/conversations/${id}/parts`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
      'intercom-version': '2.16',
    },
    body: JSON.stringify({ message_type: 'close', type: 'admin', admin_id: workspaceTeammates[1]?.id }),
  });
  expect(closed.status).toBe(200);
  await workspace.lookAgain();
  expect(await woken()).toEqual([]);
}

const others = Object.keys(visible).filter((operation) => operation !== attribute);

it.each([[attribute], ...together(others)].map((late) => ({ late })))(
  '$late ten bounds late: every level of reconcile lists each',
  async ({ late }) => {
    const workspace = await loadTenBoundsLate(late);
    const faults = new Set((await judgeDump(workspace)).map((fault) => fault.check_name));
    expect(faults.size, [...faults].join()).toBeGreaterThan(0);
    const keys = [...new Set(late.map((operation) => visible[operation]?.key))].sort();
    for (const level of ['books', 'counts', 'facts', 'full'] as const)
      expect(await seenAt(workspace, level), level).toEqual(keys);
    if (late.includes('manageConversation')) await closeByHand(workspace);
  },
);

it.each(together(operations.filter((operation) => !(operation in visible))).map((late) => ({ late })))(
  '$late ten bounds late: no harm is done, and none is listed',
  async ({ late }) => {
    const workspace = await loadTenBoundsLate(late);
    expect(await judgeDump(workspace)).toEqual([]);
    expect(await seenAt(workspace, 'full')).toEqual([]);
  },
);

it('a part of ours that may be one of two is a question, is sent no third time, and goes on once a person took one away', async () => {
  const workspace = await open();
  const { pool } = workspace.database;
  await workspace.control('/faults', { match: { operation: 'replyConversation' }, kind: 'error500-after-commit' });
  const loading = workspace.load({ timeoutMs: 500, latenessMs: 1_500 });
  const ofFirst = { conversation_id: await conversationOfLostPart(workspace), nth: 0 };
  await workspace.control('/corrupt', { do: 'double-part', ...ofFirst });
  const { phases } = await loading;
  expect(phases.find(({ phase }) => phase === 'conversations')).toMatchObject({ failed: 1 });
  const noted = await pool.query('select target_key, reason_code, reason, next_step from load.outcome');
  expect(noted.rows).toMatchObject([
    {
      target_key: 'Ticket::83',
      reason_code: 'AmbiguousEffect',
      reason: expect.stringMatching(/may be any of 2 in conversation \d+: \d+, \d+/),
      next_step: expect.stringContaining('load --retry failed'),
    },
  ]);
  expect((await pool.query(`select phase from reconcile.gate where not is_open`)).rows).toEqual([
    { phase: 'conversations' },
  ]);
  // While the question stands, nothing more is sent.
  const before = await workspace.mutations();
  await workspace.load({ ...waiting, isRetryingFailed: true });
  expect(await workspace.mutations()).toBe(before);

  await workspace.control('/corrupt', { do: 'drop-part', ...ofFirst });
  await workspace.load({ ...waiting, isRetryingFailed: true });
  expect(await judgeDump(workspace)).toEqual([]);
  expect((await pool.query(openCalls)).rows).toEqual([]);
});

/** Conversation of the reply whose answer was lost, once the load knows that it was. */
async function conversationOfLostPart({ database }: TestWorkspace): Promise<string> {
  let id: string | undefined;
  await until('the load knows that an answer was lost', async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select split_part(path, '/', 3) as id from load.journal where operation = 'replyConversation' and state = 'uncertain'`,
    );
    id = rows[0]?.id;
    return id !== undefined;
  });
  return id ?? '';
}
