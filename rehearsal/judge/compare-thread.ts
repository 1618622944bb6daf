import { describeAuthor, type KnownIds } from './compare-author.ts';
import { isFilePart } from './compare-files.ts';
import type { ExpectedPart, ExpectedThread } from './expected-thread.ts';
import type { Findings } from './findings.ts';
import type { LoadedConversation } from './intercom-objects.ts';
import type { TicketFile } from './itop-objects.ts';
import { isFullMatch, type Message, matchPart, messagesOf, type PartMatch, shownNameOf } from './part-match.ts';
import type { Tally } from './tally.ts';
import { foldThread } from './transcripts.ts';

interface Pair {
  readonly expected: ExpectedPart;
  readonly message: Message;
  readonly match: PartMatch;
}

/** Compares a conversation's messages with what the thread must be: each exactly once or, in a thread too long, in a transcript (T7), then one record note (T6). */
export function compareThread(
  ticketKey: string,
  thread: ExpectedThread,
  conversation: LoadedConversation,
  ids: KnownIds,
  tooLarge: readonly TicketFile[],
  findings: Findings,
  tally: Tally,
): void {
  const found = messagesOf(conversation.parts).filter((message) => !isFilePart(message, tooLarge));
  countThread(thread, found, tally);
  const { inTranscripts, own, transcripts, others: messages } = foldThread(thread.parts, found);
  for (const part of inTranscripts) addPart(tally, part.kind, 'found');
  for (const part of inTranscripts) addPart(tally, part.kind, 'equal');
  for (const transcript of transcripts) addPart(tally, transcript.kind, 'found', -1);
  const { pairs, missing, unexplained } = pairUp(own, messages, ids);
  let latest = -1;
  for (const pair of pairs) {
    const isInOrder = pair.message.position > latest;
    if (!isInOrder) {
      const finding = { check: 'part order', sourceKey: pair.expected.key, targetId: pair.message.part.id };
      const expected = `after place ${latest + 1} of ${messages.length}`;
      findings.add({ ...finding, field: 'place', expected, actual: `place ${pair.message.position + 1}` });
    }
    latest = Math.max(latest, pair.message.position);
    reportPair(pair, ids, findings);
    if (isInOrder && isFullMatch(pair.match)) addPart(tally, pair.expected.kind, 'equal');
  }
  for (const { key, kind } of missing) {
    const finding = { check: 'missing part', sourceKey: key, targetId: conversation.id, field: 'part' };
    findings.add({ ...finding, expected: kind, actual: 'no such part' });
  }
  judgeRest(ticketKey, conversation.id, messages, unexplained, findings, tally);
}

/**
 * What no item of iTop explains is one record note, the last message of its time, and behind it notes in which deltas say what was
 * changed in iTop since (rule D1), each once. Nothing else.
 */
function judgeRest(
  ticketKey: string,
  conversationId: string,
  messages: readonly Message[],
  unexplained: readonly Message[],
  findings: Findings,
  tally: Tally,
): void {
  const last = unexplained.findLast((message) => !isChangeNote(message));
  const isLastOfItsTime =
    last !== undefined && messages.slice(messages.indexOf(last) + 1).every(isLaterThan(last.part.createdAt));
  const record = isLastOfItsTime ? last : undefined;
  if (record?.kind === 'note') addPart(tally, 'note', 'equal');
  else {
    const actual = record === undefined ? 'the last part is no record note' : `a ${record.kind}`;
    const finding = { check: 'record note', sourceKey: `${ticketKey}#record_note`, targetId: conversationId };
    findings.add({ ...finding, field: 'part', expected: 'a note, last', actual });
  }
  const latestChanges = new Map<string, string>();
  for (const message of unexplained) {
    if (message === record) continue;
    if (record !== undefined && isChangeNote(message) && message.position > record.position) {
      const subject = subjectOfChange(message);
      const words = message.words.join(' ');
      const isRepeated = latestChanges.get(subject) === words;
      latestChanges.set(subject, words);
      if (!isRepeated) continue;
    }
    const finding = { check: 'unexpected part', sourceKey: ticketKey, targetId: message.part.id, field: 'part' };
    const actual = `${message.kind} at place ${message.position + 1}: ${message.words.slice(0, 20).join(' ')}`;
    findings.add({ ...finding, expected: 'no such part', actual });
  }
}

/** Whether a note begins as those in which a delta says that a field, a text or the description changed. */
function isChangeNote({ kind, words }: Message): boolean {
  return (
    kind === 'note' &&
    /^(Changed|The text of .* was changed|The description was changed) in iTop\b/.test(words.join(' '))
  );
}

/** What a change note is about. A field that changes back and again has the same words twice, but never in a row. */
function subjectOfChange({ words }: Message): string {
  return words.join(' ').split(' in iTop', 1)[0] ?? '';
}

const isLaterThan =
  (time: number) =>
  ({ part }: Message): boolean =>
    part.createdAt > time;

/** First pairs that agree in everything, in order; then what agrees in text, or in time and kind. */
function pairUp(expected: readonly ExpectedPart[], messages: readonly Message[], ids: KnownIds) {
  const free = new Set(messages);
  const pairs = new Map<ExpectedPart, Pair>();
  const take = (part: ExpectedPart, message: Message, match: PartMatch) => {
    free.delete(message);
    pairs.set(part, { expected: part, message, match });
  };
  for (const part of expected) {
    for (const message of free) {
      if (message.part.createdAt !== part.createdAt || message.kind !== part.kind) continue;
      const match = matchPart(part, message, ids);
      if (!isFullMatch(match)) continue;
      take(part, message, match);
      break;
    }
  }
  for (const part of expected) {
    if (pairs.has(part)) continue;
    let best: { message: Message; match: PartMatch } | undefined;
    for (const message of free) {
      const match = matchPart(part, message, ids);
      if (likeness(match) > (best === undefined ? 0 : likeness(best.match))) best = { message, match };
    }
    if (best !== undefined) take(part, best.message, best.match);
  }
  return {
    pairs: expected.map((part) => pairs.get(part)).filter((pair) => pair !== undefined),
    missing: expected.filter((part) => !pairs.has(part)),
    unexplained: messages.filter((message) => free.has(message)),
  };
}

/** How much speaks for a pair; 0 where neither the text nor time and kind agree. */
function likeness(match: PartMatch): number {
  if (!match.text.isMatch && !(match.isTime && match.isKind)) return 0;
  return 8 * Number(match.text.isMatch) + 4 * Number(match.isTime) + 2 * Number(match.isKind) + Number(match.isAuthor);
}

function reportPair({ expected, message, match }: Pair, ids: KnownIds, findings: Findings): void {
  const { part, kind } = message;
  const report = (check: string, field: string, want: string, have: string) =>
    findings.add({ check, sourceKey: expected.key, targetId: part.id, field, expected: want, actual: have });
  if (!match.isKind) report('part kind', 'part_type', expected.kind, kind);
  if (!match.isTime) report('part time', 'created_at', String(expected.createdAt), String(part.createdAt));
  if (!match.text.isMatch) report('part text', 'body', match.text.expected, match.text.actual);
  if (!match.isAuthor)
    report('part author', 'author', describeAuthor(expected.author, ids), `${part.author.type} ${part.author.id}`);
  else if (!match.isNamed && match.text.isMatch)
    report(
      'part author',
      'first line',
      shownNameOf(expected.author, part.author) ?? '',
      message.words.slice(0, 20).join(' '),
    );
}

function countThread(thread: ExpectedThread, messages: readonly Message[], tally: Tally): void {
  for (const part of thread.parts) addPart(tally, part.kind, 'expected');
  addPart(tally, 'note', 'expected');
  for (const message of messages) addPart(tally, message.kind, 'found');
}

function addPart(tally: Tally, kind: 'comment' | 'note', what: 'expected' | 'found' | 'equal', count = 1): void {
  tally.add('parts', what, count);
  tally.add(kind === 'note' ? 'notes' : 'comments', what, count);
}
