import { afterEach, describe, expect, it } from 'vitest';
import { checkCanary } from '../../audit/canary/check-canary.ts';
import { removeCanary } from '../../audit/canary/remove-canary.ts';
import { sendCanary } from '../../audit/canary/send-canary.ts';
import { openIntercom } from '../../intercom/client.ts';
import type { IntercomSimulatorOptions } from '../../rehearsal/intercom-simulator/server.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation, workspaceTeammates } from '../support/load-workload.ts';
import { readBack, redChecks } from '../support/read-back-workspace.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

/** Opens a workspace and lets a canary look at it. */
async function openSeen(options: Pick<IntercomSimulatorOptions, 'switches' | 'admins'>): Promise<void> {
  workspace = await openTestWorkspace(everyOperation(), options);
  const { pool } = workspace.database;
  const { idCode: workspaceIdCode } = workspace;
  const intercom = openIntercom({
    token: workspace.token,
    region: 'us',
    baseUrl: workspace.url,
    timeoutMs: 2_000,
    latenessMs: 0,
  });
  const address = 'olga@operator.example';
  await sendCanary({ pool, intercom, address, searchWaitMs: 2_000, largestFileMegabytes: 0 });
  await checkCanary({ pool, intercom, workspaceIdCode, minAgeMs: 0 });
  await removeCanary({ pool, intercom, workspaceIdCode });
  await intercom.close();
  await workspace.settled();
}

const conversations = async () => (await workspace.dump()).filter((one) => one.type === 'conversation');

async function opening(): Promise<string> {
  const found = (await conversations()).find((one) => String(one.title).includes('R-000083'));
  return (found?.source as { body: string } | undefined)?.body ?? '';
}

const failures = async () =>
  (
    await workspace.database.pool.query(
      `select target_key, field, expected, actual from reconcile.difference where is_failure order by 1, 2`,
    )
  ).rows;

describe('an opening with <printer>', () => {
  it.each([
    ['escape', '&lt;printer&gt;'],
    ['keep', '&lt;printer&gt;'],
    ['strip', '&lt;printer&gt;'],
    ['strip_decoded', '‹printer›'],
  ] as const)('keeps its words where Intercom does %s with markup', async (plainMarkup, shown) => {
    await openSeen({ switches: { plainMarkup } });
    await workspace.load();
    expect(await opening()).toContain(shown);
    expect(await failures()).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
    const { rows } = await workspace.database.pool.query(
      `select target_key from reconcile.verdict where reason_code = 'look_alike_characters' and check_name = 'opening' order by 1`,
    );
    expect(rows.length > 0).toBe(plainMarkup === 'strip_decoded');
  });
});

it('marks what is loaded as read, in the calls that are made anyway', async () => {
  await openSeen({});
  const before = await workspace.mutations();
  await workspace.load();
  const withMark = (await workspace.mutations()) - before;
  const loaded = await conversations();
  expect(loaded.map((one) => one.read)).toEqual(loaded.map(() => true));
  await workspace.close();
  workspace = await openTestWorkspace(everyOperation());
  await workspace.load();
  expect(await workspace.mutations()).toBe(withMark);
});

describe('a teammate without a seat', () => {
  const [owner, agent] = workspaceTeammates;
  const admins = [owner, { ...agent, isSeatless: true }] as NonNullable<IntercomSimulatorOptions['admins']>;

  it.each([
    ['refuse', owner?.id],
    ['accept', agent?.id],
  ] as const)('%s: the part is by who may write', async (seatlessAuthors, author) => {
    await openSeen({ admins, switches: { seatlessAuthors } });
    await workspace.load();
    const parts = (await conversations()).flatMap(
      (one) =>
        (one.conversation_parts as { conversation_parts: { body: string | null; author: { id: string } }[] })
          .conversation_parts,
    );
    const written = parts.find((part) => part.body?.includes('Somebody is on the way'));
    expect(written?.author.id).toBe(author);
    expect(written?.body?.includes('wrote in iTop')).toBe(seatlessAuthors === 'refuse');
  });
});

describe('where a second person', () => {
  it.each(['refuse', 'accept'] as const)('may not or may join a conversation (%s), every word arrives', async (how) => {
    await openSeen({ switches: { furtherParticipants: how } });
    await workspace.load();
    const { rows } = await workspace.database.pool.query<{ body: string }>(
      `select body from intercom.conversation_part where author_key = 'Contact::6'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const parts = (await conversations()).flatMap(
      (one) =>
        (one.conversation_parts as { conversation_parts: { body: string | null; author: { type: string } }[] })
          .conversation_parts,
    );
    for (const { body } of rows) {
      const part = parts.find((one) => one.body?.includes(body.slice(0, 12)));
      expect(part?.author.type).toBe(how === 'refuse' ? 'admin' : 'user');
      expect(part?.body?.includes('Second Author')).toBe(how === 'refuse');
    }
    expect(await failures()).toEqual([]);
    await readBack(workspace, 'full');
    expect(await redChecks(workspace)).toEqual([]);
  });
});

describe('where a second creation makes a second contact', () => {
  it('a creation without answer is looked up, and a contact that is there is linked', async () => {
    await openSeen({ switches: { sameEmail: 'accept', searchLagMs: 50 } });
    await workspace.control('/actions', {
      do: 'plant-contact',
      fields: { role: 'user', email: 'claude.monet@example.com', name: 'C. M.' },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const fault = { match: { operation: 'CreateContact' }, kind: 'reset-after-commit' };
    await workspace.control('/faults', [fault]);
    await workspace.load();
    const emails = (await workspace.dump())
      .filter((one) => one.type === 'contact' && one.email !== null)
      .map((one) => String(one.email));
    expect(emails.sort()).toEqual([...new Set(emails)].sort());
    expect(emails).toContain('claude.monet@example.com');
  });
});

it('files of other names and sizes are no difference where the canary saw them change', async () => {
  await openSeen({ switches: { fileNames: 'changed' } });
  await workspace.load();
  expect(await failures()).toEqual([]);
  await readBack(workspace, 'full');
  expect(await redChecks(workspace)).toEqual([]);
});
