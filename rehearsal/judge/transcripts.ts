import type { ExpectedPart } from './expected-thread.ts';
import type { Message } from './part-match.ts';
import { wordsOfText } from './visible-words.ts';

/** Parts of a conversation at most (T7), the record note among them. */
const MOST_PARTS = 400;
const HEADING = 'Earlier messages of this thread'.split(' ');

export interface Folded {
  /** Parts that stand in transcripts. */
  readonly inTranscripts: readonly ExpectedPart[];
  /** Parts that must stand by themselves. */
  readonly own: readonly ExpectedPart[];
  readonly transcripts: readonly Message[];
  readonly others: readonly Message[];
}

/**
 * T7: the oldest parts of a thread that is too long may stand in transcripts of their own visibility. A part counts as such where
 * its author and its words stand in a transcript of its kind; everything after the first part that is in none stands by itself.
 */
export function foldThread(parts: readonly ExpectedPart[], messages: readonly Message[]): Folded {
  if (parts.length + 1 <= MOST_PARTS) return { inTranscripts: [], own: parts, transcripts: [], others: messages };
  const transcripts = messages.filter((message) => HEADING.every((word, place) => message.words[place] === word));
  const others = messages.filter((message) => !transcripts.includes(message));
  const textOf = (kind: 'comment' | 'note') =>
    transcripts
      .filter((message) => message.kind === kind)
      // The heading ends with its number and the total. A word may be cut between two transcripts: spaces are left out.
      .map((message) =>
        message.words
          .slice(HEADING.length)
          .join('')
          .replace(/^\d+\/\d+/, ''),
      )
      .join('');
  const texts = { comment: textOf('comment'), note: textOf('note') };
  const read = { comment: 0, note: 0 };
  let count = 0;
  for (const part of parts) {
    const words = part.body.words.map((word) => (typeof word === 'string' ? word : undefined));
    const end = endOf(texts[part.kind], read[part.kind], nameOf(part), words);
    if (end === undefined) break;
    read[part.kind] = end;
    count++;
  }
  return { inTranscripts: parts.slice(0, count), own: parts.slice(count), transcripts, others };
}

function nameOf(part: ExpectedPart): string {
  return part.author.kind === 'fallback' ? wordsOfText(part.author.shownName).join('') : '';
}

/** Where a text ends that begins after the place and holds the name, then all words in order; undefined where it is not there. */
function endOf(text: string, from: number, name: string, words: readonly (string | undefined)[]): number | undefined {
  const start = text.indexOf(name, from);
  if (start < 0) return undefined;
  let place = start + name.length;
  let isAfterGap = true;
  let run = '';
  for (const word of [...words, undefined]) {
    if (word !== undefined) {
      run += word;
      continue;
    }
    const found = run === '' ? place : text.indexOf(run, place);
    if (found < 0 || (!isAfterGap && found !== place)) return undefined;
    place = found + run.length;
    isAfterGap = true;
    run = '';
  }
  return place;
}
