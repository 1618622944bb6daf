import type { ExpectedAuthor, ExpectedAuthors } from './expected-authors.ts';
import type { LogEntry, Ticket } from './itop-objects.ts';
import type { LocalClock } from './local-clock.ts';
import { type VisibleBody, visibleHtml, visibleText } from './visible-words.ts';

export interface ExpectedPart {
  /** `Ticket::83#public_log/3` */
  readonly key: string;
  readonly kind: 'comment' | 'note';
  readonly body: VisibleBody;
  readonly author: ExpectedAuthor;
  /** Unix seconds, after the shift of equal seconds (T3). */
  readonly createdAt: number;
}

export interface ExpectedThread {
  /** Time of the conversation, unix seconds: the earliest of start_date and all entries (T1). */
  readonly createdAt: number;
  /** In the order in which they must stand, without the record note. */
  readonly parts: readonly ExpectedPart[];
}

/** Order of what stands in one second (T3); text from before a log's first header comes before everything. */
const RANKS = ['public_log', 'private_log', 'pending_reason', 'solution', 'user_comment'];

interface DatedPart extends ExpectedPart {
  readonly source: string;
  readonly index: number;
  /** Before any shift; undefined for text from before a log's first header. */
  readonly at: number | undefined;
}

/** What a ticket's thread must be: T1, T2, T3 and T4. */
export function expectThread(ticket: Ticket, authors: ExpectedAuthors, clock: LocalClock): ExpectedThread {
  const found = [
    ...logParts(ticket, 'public_log', ticket.publicLog, authors, clock),
    ...logParts(ticket, 'private_log', ticket.privateLog, authors, clock),
    ...fieldParts(ticket, authors, clock),
  ].filter((part) => !part.body.isEmpty);
  const dates = [clock.instant(ticket.text('start_date')), ...found.map((part) => part.at)];
  const createdAt = dates.reduce<number>((first, at) => Math.min(first, at ?? first), Number.POSITIVE_INFINITY);
  found.sort(
    (a, b) =>
      (a.at ?? createdAt) - (b.at ?? createdAt) ||
      Number(a.at !== undefined) - Number(b.at !== undefined) ||
      RANKS.indexOf(a.source) - RANKS.indexOf(b.source) ||
      a.index - b.index,
  );
  return { createdAt, parts: shiftEqualSeconds(createdAt, found) };
}

/** The opening stands first in its second. Everything later in a second moves on, but never up to the next time. */
function shiftEqualSeconds(opening: number, parts: readonly DatedPart[]): ExpectedPart[] {
  const times = [opening, ...parts.map((part) => part.at ?? opening)];
  let place = 0;
  return parts.map((part, index) => {
    const time = times[index + 1] ?? opening;
    place = time === times[index] ? place + 1 : 0;
    const next = times.slice(index + 2).find((later) => later > time) ?? Number.POSITIVE_INFINITY;
    const { key, kind, body, author } = part;
    return { key, kind, body, author, createdAt: Math.min(time + place, Math.max(time, next - 1)) };
  });
}

function logParts(
  ticket: Ticket,
  source: 'public_log' | 'private_log',
  log: readonly LogEntry[],
  authors: ExpectedAuthors,
  clock: LocalClock,
): DatedPart[] {
  const isPrivate = source === 'private_log';
  const times = clock.logInstants(log.map((entry) => entry.date));
  return log.map((entry, index) => ({
    key: `${ticket.key}#${source}/${index}`,
    source,
    index,
    kind: isPrivate ? 'note' : 'comment',
    body: visibleHtml(entry.message_html),
    author: authors.entry(ticket, entry, isPrivate),
    at: times[index],
    createdAt: 0,
  }));
}

/** Fields of the ticket that are messages (T2). */
function fieldParts(ticket: Ticket, authors: ExpectedAuthors, clock: LocalClock): DatedPart[] {
  const firstDate = (...attributes: string[]) =>
    attributes.map((attribute) => clock.instant(ticket.text(attribute))).find((at) => at !== undefined);
  const part = (source: string, kind: 'comment' | 'note', body: VisibleBody, author: ExpectedAuthor, at?: number) => ({
    key: `${ticket.key}#${source}`,
    source,
    index: 0,
    kind,
    body,
    author,
    at,
    createdAt: 0,
  });
  const caller: ExpectedAuthor = { kind: 'fallback', shownName: ticket.text('caller_id_friendlyname') };
  const agent = authors.agent(ticket);
  return [
    part(
      'pending_reason',
      'note',
      visibleText(ticket.text('pending_reason')),
      agent,
      firstDate('last_pending_date', 'last_update'),
    ),
    part(
      'solution',
      'comment',
      visibleHtml(ticket.text('solution')),
      agent,
      firstDate('resolution_date', 'close_date', 'last_update'),
    ),
    part(
      'user_comment',
      'note',
      visibleText(ticket.text('user_comment')),
      caller,
      firstDate('close_date', 'last_update'),
    ),
  ];
}
