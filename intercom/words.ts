import { decodeHTML } from 'entities';
import { visibleText } from '../platform/visible-text.ts';
import { textForm } from './same-text.ts';

/** The words of an HTML body: see `wordsOfText`. */
export function wordsOf(html: string): string {
  return wordsOfText(visibleText(html));
}

/**
 * The words of a text, to find it again: what is left of the form in which texts are compared (`textForm`) without punctuation, case and
 * compatibility characters. Two texts with the same words may differ in punctuation; so words identify a text only together with its
 * time, author and place.
 */
export function wordsOfText(visible: string): string {
  // Twice: what was sent as an entity may come back as the entity of its ampersand.
  const text = textForm(decodeHTML(decodeHTML(visible))).normalize('NFKC');
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}\p{So}]+/gu);
  return (words ?? [text.trim()]).join(' ');
}

/** Whether an HTML body has the words of a text. A server mostly shows the very text that it was sent, which needs no taking apart. */
export function haveSameVisibleWords(html: string, visible: string): boolean {
  const shown = visibleText(html);
  return shown === visible || wordsOfText(shown) === wordsOfText(visible);
}

export function haveSameWords(one: string | null, other: string | null): boolean {
  return wordsOf(one ?? '') === wordsOf(other ?? '');
}
