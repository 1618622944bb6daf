import { afterEach, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
afterEach(() => workspace.close());

interface TicketCall {
  readonly operation: string;
  readonly target_type: string;
  readonly reason: string | null;
}

async function callsOf(sourceKey: string): Promise<TicketCall[]> {
  const calls = await workspace.database.pool.query<TicketCall>(
    'select operation, target_type, reason from reconcile.ticket_call where source_key = $1 order by journal_id',
    [sourceKey],
  );
  return calls.rows;
}

/** Messages and notes of the closed ticket with an assigned agent, its opening among them. */
const messages = 5;

it('a closed ticket with an agent takes a call a message and three more', async () => {
  const { files: _, tags: __, conversationTags: ___, ...workload } = everyOperation();
  const parts = workload.parts.map((part) =>
    part.author_key === 'Contact::6' ? { ...part, author_key: 'Contact::5' } : part,
  );
  workspace = await openTestWorkspace({ ...workload, parts });
  await workspace.load();
  const calls = await callsOf('Ticket::83');
  expect(calls.map((call) => call.target_type)).toEqual([
    'conversation',
    'part',
    'part',
    'part',
    'part',
    'conversation_update',
    'conversation_assignee',
    'conversation_closing',
  ]);
  expect(calls).toHaveLength(messages + 3);
  expect(calls.filter((call) => call.reason !== null)).toEqual([]);
  const { requests } = { requests: await workspace.requests() };
  // Nothing is read: what the answers show is enough. The first conversation of a phase is read back once.
  expect(requests.retrieveConversation).toBe(1);
  expect(requests.searchConversations ?? 0).toBe(0);
});

it('every call beyond these has a reason', async () => {
  workspace = await openTestWorkspace(everyOperation());
  await workspace.control('/faults', { match: { operation: 'replyConversation' }, kind: 'error500-before-commit' });
  await workspace.load({
    timeoutMs: 1_000,
    settings: {
      in_flight: 4,
      search_lag_ms: 100,
      reserve_share: 0,
      body_limit_bytes: 2_000_000,
      assign_closed: 'both',
    },
  });
  await workspace.database.pool.query(
    `update intercom.conversation set title = title || '!', payload_hash = sha256(payload_hash)`,
  );
  await workspace.load({ withChanges: true });
  const calls = await callsOf('Ticket::83');
  expect(calls.filter((call) => call.reason === null)).toHaveLength(messages + 3);
  expect(calls.flatMap((call) => call.reason ?? []).sort()).toEqual([
    'a tag is one call',
    'agent and team are two calls',
    'brought up to date after the load',
    'files that no other call could take',
    expect.stringMatching(/^had no effect and was sent again: The answer was lost/),
    'names files that are too big or of a type that is refused',
    'the author of a part was no participant',
  ]);
});
