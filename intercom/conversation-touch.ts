import type { ConversationFacts, PartFacts } from './conversation-facts.ts';
import { isSameValue } from './same-value.ts';
import { haveSameWords } from './words.ts';

/** How the tool left a conversation. */
export interface WrittenConversation {
  /** Intercom's ids of the parts that the tool wrote. */
  readonly partIds: readonly string[];
  /** Parts that the tool wrote and whose ids no answer showed. */
  readonly unseenParts: number;
  readonly state: string | null;
  readonly assigneeId: string | null;
  readonly title: string | null;
  /** When the tool made it, by Intercom's clock and at the earliest; null where that is not known any more. */
  readonly madeAt: Date | null;
}

/**
 * What someone else did to a conversation since the tool left it, in words; undefined when nobody did anything that a person
 * would miss. A snooze that ended by itself, by Intercom's clock, is nobody's doing.
 */
export function touchOf(facts: ConversationFacts, written: WrittenConversation, now: Date): string | undefined {
  const known = new Set(written.partIds);
  const surplus = new Set(surplusParts(facts, written).map((part) => part.id));
  const foreign = facts.parts.filter((part) => isWritten(part) && !known.has(part.id) && !surplus.has(part.id));
  if (foreign.length > written.unseenParts) {
    const first = foreign[0];
    return `${whoWrote(first?.authorType)} wrote in it since (part ${first?.id})`;
  }
  if (written.title !== null && !isSameValue('title', written.title, facts.title))
    return `its title was changed since, to "${facts.title ?? ''}"`;
  if (written.state !== null && facts.state !== written.state && !hasWoken(facts, written, now)) {
    return `it was written as ${written.state} and is ${facts.state}`;
  }
  if (written.assigneeId !== null && facts.adminAssigneeId !== written.assigneeId)
    return 'it was assigned to someone else since';
  return undefined;
}

function whoWrote(authorType: string | undefined): string {
  if (authorType === 'admin') return 'a teammate';
  return authorType === 'bot' ? 'a bot' : 'a customer';
}

function hasWoken(facts: ConversationFacts, written: WrittenConversation, now: Date): boolean {
  if (written.state !== 'snoozed' || facts.state !== 'open') return false;
  return facts.snoozedUntil === null || facts.snoozedUntil * 1000 <= now.getTime();
}

/**
 * Whether a part has something that somebody wrote: a body or a file, whatever its type (`note_and_reopen` and `assign_and_unsnooze`
 * carry notes). Events such as an assignment have neither.
 */
export function isWritten(part: Pick<PartFacts, 'body' | 'files'>): boolean {
  return (part.body !== null && part.body !== '') || part.files.length > 0;
}

/** So far ahead of Intercom's clock this machine's may be, which stands in for it where no answer has a `Date` header. */
const clockDifferenceMs = 60_000;

/**
 * Parts that the tool must have written and does not know: copies of parts it knows, and parts dated before the conversation was
 * made in Intercom, which nobody can write by hand. They come from calls that took effect later than any look.
 */
export function surplusParts(
  facts: ConversationFacts,
  written: Pick<WrittenConversation, 'partIds' | 'unseenParts' | 'madeAt'>,
): PartFacts[] {
  const known = new Set(written.partIds);
  const own = facts.parts.filter((part) => known.has(part.id));
  const surplus = facts.parts.filter(
    (part) =>
      isWritten(part) &&
      !known.has(part.id) &&
      part.authorType !== 'bot' &&
      (own.some((mine) => isCopy(mine, part)) ||
        (written.madeAt !== null && part.createdAt * 1000 < written.madeAt.getTime() - clockDifferenceMs)),
  );
  return surplus.length <= written.unseenParts ? [] : surplus;
}

function isCopy(mine: PartFacts, other: PartFacts): boolean {
  return mine.createdAt === other.createdAt && mine.authorId === other.authorId && haveSameWords(mine.body, other.body);
}
