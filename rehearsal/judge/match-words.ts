import type { Visible } from './visible-words.ts';

export interface WordMatch {
  readonly isMatch: boolean;
  /** Excerpts around the first place where the texts part, for people. */
  readonly expected: string;
  readonly actual: string;
}

const EXCERPT = 8;

/**
 * Whether the actual words are the expected ones, with at most the words that gaps allow between them.
 *
 * `starts` are the places of the actual text at which the expected one may begin.
 */
export function matchWords(expected: Visible, actual: readonly string[], starts: readonly number[] = [0]): WordMatch {
  let places: readonly number[] = starts.filter((start) => start <= actual.length);
  for (const [index, word] of expected.entries()) {
    const next =
      typeof word === 'string'
        ? places.filter((place) => actual[place] === word).map((place) => place + 1)
        : widen(places, word.upTo, actual.length);
    if (next.length === 0) return difference(expected, index, actual, places.at(-1) ?? 0);
    places = next;
  }
  if (places.includes(actual.length)) return { isMatch: true, expected: '', actual: '' };
  return difference(expected, expected.length, actual, places.at(-1) ?? 0);
}

function widen(places: readonly number[], upTo: number, end: number): number[] {
  const wide = new Set<number>();
  for (const place of places) for (let add = 0; add <= upTo && place + add <= end; add++) wide.add(place + add);
  return [...wide].sort((a, b) => a - b);
}

function difference(expected: Visible, index: number, actual: readonly string[], place: number): WordMatch {
  const words = expected.map((word) => (typeof word === 'string' ? word : '…'));
  return { isMatch: false, expected: excerpt(words, index), actual: excerpt(actual, place) };
}

function excerpt(words: readonly string[], place: number): string {
  const start = Math.max(0, place - EXCERPT / 2);
  const shown = words.slice(start, place + EXCERPT).join(' ');
  return place >= words.length ? `${shown} (end after ${words.length} words)` : shown;
}
