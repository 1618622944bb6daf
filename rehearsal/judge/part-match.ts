import { isAuthor, isContact, type KnownIds } from './compare-author.ts';
import type { ExpectedAuthor } from './expected-authors.ts';
import type { ExpectedPart } from './expected-thread.ts';
import type { LoadedAuthor, LoadedPart } from './intercom-objects.ts';
import { matchWords, type WordMatch } from './match-words.ts';
import { wordsOfHtml, wordsOfText } from './visible-words.ts';

/** A part that says something, as opposed to an event. */
export interface Message {
  readonly part: LoadedPart;
  /** Place among the messages of its conversation. */
  readonly position: number;
  readonly kind: 'comment' | 'note';
  readonly words: readonly string[];
}

export interface PartMatch {
  readonly isKind: boolean;
  readonly isTime: boolean;
  readonly isAuthor: boolean;
  /** Whether the first line names the author where it has to. */
  readonly isNamed: boolean;
  readonly text: WordMatch;
}

/** Words of a first line beside the author's name. */
const FIRST_LINE_WORDS = 12;

/** Parts with a text; a body on an event (a close, an assignment) is a message to the customer as well. */
export function messagesOf(parts: readonly LoadedPart[]): Message[] {
  const spoken = parts
    .map((part) => ({ part, words: wordsOfHtml(part.body) }))
    .filter(({ part, words }) => part.partType === 'comment' || part.partType === 'note' || words.length > 0);
  return spoken.map((message, position) => {
    const kind = message.part.partType === 'note' ? 'note' : 'comment';
    return { ...message, position, kind };
  });
}

export function matchPart(expected: ExpectedPart, message: Message, ids: KnownIds): PartMatch {
  const { text, isNamed } = matchText(expected, message);
  return {
    isKind: expected.kind === message.kind,
    isTime: expected.createdAt === message.part.createdAt,
    isAuthor: isAuthor(expected.author, message.part.author, ids),
    isNamed,
    text,
  };
}

export function isFullMatch(match: PartMatch): boolean {
  return match.isKind && match.isTime && match.isAuthor && match.isNamed && match.text.isMatch;
}

/** Where somebody stands in for the author, a first line precedes the text and holds his name. */
function matchText({ author, body }: ExpectedPart, { words, part }: Message): { text: WordMatch; isNamed: boolean } {
  const shownName = shownNameOf(author, part.author);
  if (shownName === undefined) return { text: matchWords(body.words, words), isNamed: true };
  const name = wordsOfText(shownName);
  const starts = Array.from({ length: name.length + FIRST_LINE_WORDS + 1 }, (_, start) => start);
  const named = matchWords(
    body.words,
    words,
    starts.filter((start) => holds(words.slice(0, start), name)),
  );
  if (named.isMatch) return { text: named, isNamed: true };
  return { text: matchWords(body.words, words, starts), isNamed: false };
}

/** The name that has to stand in the first line; undefined where the author writes himself. */
export function shownNameOf(expected: ExpectedAuthor, actual: LoadedAuthor): string | undefined {
  if (expected.kind === 'fallback') return expected.shownName;
  return expected.kind === 'contact' && !isContact(actual) ? expected.namedAs : undefined;
}

function holds(words: readonly string[], name: readonly string[]): boolean {
  return words.some((_, start) => name.every((word, place) => words[start + place] === word)) || name.length === 0;
}
