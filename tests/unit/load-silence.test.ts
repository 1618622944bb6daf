import { describe, expect, it } from 'vitest';
import type { ConversationFacts, PartFacts } from '../../intercom/conversation-facts.ts';
import { checkSilence, type KnownParts } from '../../load/conversation/silence.ts';

const comment: PartFacts = {
  id: '1',
  partType: 'comment',
  createdAt: 1_700_000_000,
  notifiedAt: 1_700_000_000,
  authorType: 'admin',
  authorId: '9',
  body: 'text',
  files: [],
};
const file = { name: 'a.txt', byteSize: 1, contentType: null };
const known: KnownParts = { own: ['1'], notifiedAtTells: true };
const late = { notifiedAt: comment.createdAt + 1 };

interface Case {
  readonly what: string;
  readonly part: Partial<PartFacts>;
  readonly known?: Partial<KnownParts>;
  readonly alarm?: 'A bot answered' | 'Somebody was notified';
}

const cases: readonly Case[] = [
  { what: 'our own comment, notified when it was made', part: {} },
  { what: 'our own comment that notified nobody', part: { notifiedAt: null } },
  { what: 'our own comment, notified later', part: late, alarm: 'Somebody was notified' },
  {
    what: 'the same where the workspace is known to say so of every comment',
    part: late,
    known: { notifiedAtTells: false },
  },
  { what: 'our own note, notified later', part: { ...late, partType: 'note' } },
  { what: 'the reply of a contact, notified later', part: { ...late, authorType: 'user' } },
  { what: "a teammate's comment, notified later", part: { ...late, id: '2' } },
  { what: 'a bot writes', part: { id: '2', authorType: 'bot' }, alarm: 'A bot answered' },
  {
    what: 'a bot sends a file alone',
    part: { id: '2', authorType: 'bot', body: null, files: [file] },
    alarm: 'A bot answered',
  },
  {
    what: 'a bot writes where notified_at says nothing',
    part: { id: '2', authorType: 'bot' },
    known: { notifiedAtTells: false },
    alarm: 'A bot answered',
  },
  { what: 'a bot sets an attribute', part: { id: '2', authorType: 'bot', body: null } },
  { what: 'an event of a bot without text', part: { id: '2', authorType: 'bot', body: '' } },
  {
    what: 'a bot had written before anything was loaded',
    part: { id: '2', authorType: 'bot' },
    known: { bots: ['2'] },
  },
  {
    what: 'a bot writes once more',
    part: { id: '3', authorType: 'bot' },
    known: { bots: ['2'] },
    alarm: 'A bot answered',
  },
  { what: 'a contact writes', part: { id: '2', authorType: 'user' } },
];

describe('a conversation that is loaded (invariant 3)', () => {
  it.each(cases)('$what', ({ part, known: more, alarm }) => {
    const facts = {
      id: '77',
      parts: [
        { ...comment, id: '0' },
        { ...comment, ...part },
      ],
    } as unknown as ConversationFacts;
    const check = (): void => checkSilence(facts, { ...known, ...more });
    if (alarm === undefined) check();
    else expect(check).toThrow(alarm);
  });
});
