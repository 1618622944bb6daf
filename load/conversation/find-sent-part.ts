import type { ConversationFacts, PartFacts } from '../../intercom/conversation-facts.ts';
import { isWritten } from '../../intercom/conversation-touch.ts';
import { haveSameVisibleWords, wordsOf, wordsOfText } from '../../intercom/words.ts';
import { AmbiguousEffect, onlyOne } from '../engine/uncertain-calls.ts';
import type { PartToSend } from './part-to-send.ts';

type Sought = Pick<PartToSend, 'authorType' | 'authorId' | 'visibleBody' | 'createdAt'> & {
  readonly row: Pick<PartToSend['row'], 'target_key' | 'part_type'>;
};

/** The part in an answer that is this one, and not known already: same second, author and kind, and the same words. */
export function findPart(facts: ConversationFacts, part: Sought, known: readonly string[]): PartFacts | undefined {
  return sameSender(facts, part, known).find(
    (candidate) =>
      candidate.createdAt === part.createdAt && haveSameVisibleWords(candidate.body ?? '', part.visibleBody),
  );
}

/**
 * The part that a lost call made, as far as the conversation shows. What a server did to its words hides it no more than what it
 * did to its markup: nobody else writes for a second of the past under the same author and kind. Where words, time and place do
 * not leave one candidate, or the words stand there under another time, nothing is guessed.
 *
 * Throws AmbiguousEffect.
 */
export function findLostPart(facts: ConversationFacts, part: Sought, known: readonly string[]): PartFacts | undefined {
  const words = wordsOfText(part.visibleBody);
  const hasWords = (candidate: PartFacts) => wordsOf(candidate.body ?? '') === words;
  const lastKnown = facts.parts.findLastIndex((held) => known.includes(held.id));
  const isBehind = (candidate: PartFacts) => facts.parts.indexOf(candidate) > lastKnown;
  const unknown = sameSender(facts, part, known);
  const sameSecond = unknown.filter((candidate) => candidate.createdAt === part.createdAt);
  const narrowed = [hasWords, isBehind].reduce((left, fits) => {
    const fitting = left.filter(fits);
    return fitting.length > 0 ? fitting : left;
  }, sameSecond);
  const found = onlyOne(narrowed, part.row.target_key, `conversation ${facts.id}`);
  if (found !== undefined) return found;
  const elsewhen = unknown.filter(hasWords);
  if (elsewhen.length === 0) return undefined;
  const ids = elsewhen.map(({ id }) => id);
  throw new AmbiguousEffect(`${part.row.target_key}, sent for another time,`, `conversation ${facts.id}`, ids);
}

/** Messages of the same author and kind that are not known yet. */
function sameSender(facts: ConversationFacts, part: Sought, known: readonly string[]): PartFacts[] {
  return facts.parts.filter(
    (candidate) =>
      isWritten(candidate) &&
      !known.includes(candidate.id) &&
      kindOf(candidate) === part.row.part_type &&
      authorTypeOf(candidate) === part.authorType &&
      candidate.authorId === part.authorId,
  );
}

/** A contact's reply that reopens the conversation appears as part_type `open`. */
export function kindOf(part: PartFacts): string {
  if (part.partType === 'comment' || part.partType === 'note') return part.partType;
  if (part.partType === 'open' && part.body !== null) return 'comment';
  return 'event';
}

/** Contacts appear as user, lead or contact. */
export function authorTypeOf(part: PartFacts): string {
  return ['user', 'lead', 'contact'].includes(part.authorType) ? 'contact' : part.authorType;
}
