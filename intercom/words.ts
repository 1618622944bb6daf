import { decodeHTML } from 'entities';
import { visibleText } from '../platform/visible-text.ts';

/** Zero-width characters, soft hyphens and marks of direction: nobody sees them, and servers put them in or take them out. */
const invisible = /\p{Cf}|\p{Variation_Selector}|\u034f/gu;

/** The words of an HTML body: see `wordsOfText`. */
export function wordsOf(html: string): string {
  return wordsOfText(visibleText(html));
}

/**
 * The words of a text, in a form that survives what a server may do to it: entities, quotes made typographic,
 * ellipses, dashes, composed and decomposed letters, invisible characters, white space, case. Two texts with the same words may
 * differ in punctuation; so words identify a text only together with its time, author and place.
 */
export function wordsOfText(visible: string): string {
  // Twice: what was sent as an entity may come back as the entity of its ampersand.
  const text = decodeHTML(decodeHTML(visible)).normalize('NFKC').replace(invisible, '');
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}\p{So}]+/gu);
  return (words ?? [text.trim()]).join(' ');
}

export function haveSameWords(one: string | null, other: string | null): boolean {
  return wordsOf(one ?? '') === wordsOf(other ?? '');
}
