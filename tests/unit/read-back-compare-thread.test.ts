import { describe, expect, it } from 'vitest';
import type { ConversationFacts } from '../../intercom/conversation-facts.ts';
import { compareThread } from '../../reconcile/read-back/compare-thread.ts';
import type { SentThread } from '../../reconcile/read-back/sent-threads.ts';

const second = 1_700_000_000;
const key = 'Ticket::1';

/** How the bodies of a thread compare that was sent with one text, in the opening and in a part, and is shown as one HTML. */
function compareBodies(body: string, shown: string) {
  const sent: SentThread = {
    targetKey: key,
    conversationId: '7',
    madeAt: null,
    body,
    bodyForm: 'text',
    createdAt: second,
    contactId: 'c',
    customAttributes: {},
    state: null,
    assigneeId: null,
    tagIds: [],
    parts: [
      {
        targetKey: `${key}#public_log/0`,
        partId: '8',
        kind: 'comment',
        authorType: 'admin',
        authorId: 'a',
        body,
        bodyForm: 'text',
        createdAt: second,
        files: [],
      },
    ],
    wasProven: false,
  };
  const held: ConversationFacts = {
    id: '7',
    createdAt: second,
    title: null,
    state: 'open',
    snoozedUntil: null,
    adminAssigneeId: null,
    teamAssigneeId: null,
    companyId: null,
    contactIds: ['c'],
    tagIds: [],
    customAttributes: {},
    sourceBody: shown,
    sourceAuthorId: 'c',
    parts: [
      {
        id: '8',
        partType: 'comment',
        createdAt: second,
        notifiedAt: null,
        authorType: 'admin',
        authorId: 'a',
        body: shown,
        files: [],
      },
    ],
    partCount: 1,
  };
  return compareThread(sent, held, { keepsFileNames: true, keepsFileSizes: true, notifiedAtTells: false })
    .filter(({ field }) => field === 'body')
    .map(({ is, reasonCode }) => [is, reasonCode]);
}

describe('the bodies of an opening and of a part, as a reader sees them', () => {
  it.each([
    ['as they were sent', 'a <b> c', '<p>a &lt;b&gt; c</p>', 'equal', undefined],
    ['escaped once too often', 'a <b> c', '<p>a &amp;lt;b&amp;gt; c</p>', 'different', 'differs'],
    ['an entity that was sent as text, and is lost', 'R&amp;D', '<p>R&amp;D</p>', 'different', 'differs'],
    ['in other typography', `Don't wait...`, '<p>Don’t wait…</p>', 'equal', 'other_typography'],
  ])('%s', (_, body, shown, is, reasonCode) => {
    expect(compareBodies(body, shown)).toEqual([
      [is, reasonCode],
      [is, reasonCode],
    ]);
  });
});
