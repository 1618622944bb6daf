import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { everyOperation } from '../support/load-workload.ts';
import { execute, plan } from '../support/rollback-workspace.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

/**
 * What Intercom's description leaves open, the other way round than the simulator's strict defaults. `attributeNames` and
 * `skippedNotifications` are not among them: without underscores no attribute could be made, and what is sent must stop a load.
 */
const otherwise = {
  longStrings: 'cut',
  commentHtml: 'render',
  futureDates: 'accept',
  earlierParts: 'accept',
  strangersReply: 'accept',
  seatlessAuthors: 'accept',
  references: 'add',
  sameEmail: 'accept',
  partOrder: 'created_at',
  companyIdReuse: 'recreates',
  companyDeletionMs: 0,
  archivedNames: 'free',
  searchLimit: 0,
  collectionDepth: 100,
} as const;

it('a load, its rollback and another load end alike where Intercom turns out to be lenient', async () => {
  workspace = await openTestWorkspace(everyOperation(), { switches: otherwise });
  await workspace.load();
  expect(await judgeDump(workspace)).toEqual([]);
  expect((await execute(workspace, (await plan(workspace)).hash)).failures).toEqual([]);
  await workspace.load();
  // An attribute of a conversation that was archived stays beside the new one, under another name.
  expect(await judgeDump(workspace)).toEqual([]);
  expect(await workspace.customerNotifications()).toEqual([]);
});

it('searches beyond their own quota wait', async () => {
  workspace = await openTestWorkspace(everyOperation(), { switches: { searchLimit: 1 } });
  await workspace.control('/faults', {
    match: { operation: 'createConversation' },
    kind: 'error500-after-commit',
  });
  await workspace.load({ timeoutMs: 200 });
  await workspace.control('/switches', { searchLimit: 1_000 });
  await workspace.load({ timeoutMs: 200 });
  expect(await judgeDump(workspace)).toEqual([]);
});

it('a collection too deep for Intercom is a failure with its reason, and the rest is loaded', async () => {
  workspace = await openTestWorkspace(everyOperation(), { switches: { collectionDepth: 1 } });
  const { phases } = await workspace.load();
  expect(phases.find(({ phase }) => phase === 'collections')).toMatchObject({ written: 1, failed: 1 });
  const noted = await workspace.database.pool.query('select target_key, reason from load.outcome order by 1');
  expect(noted.rows).toMatchObject([
    { target_key: 'FAQ::1', reason: 'FAQCategory::2, its collection, is not loaded.' },
    { target_key: 'FAQCategory::2', reason: expect.stringContaining('at most 1 levels') },
  ]);
});
