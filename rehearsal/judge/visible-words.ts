import { Parser } from 'htmlparser2';

/** A place where a rendering may add some words of its own: a picture's pointer, a link's address, a list number. */
export interface Gap {
  readonly upTo: number;
}

/** Words and punctuation marks that a reader sees, in order. */
export type Visible = readonly (string | Gap)[];

/** A body as a reader sees it. */
export interface VisibleBody {
  readonly words: Visible;
  /** Whether nothing but markup is in it. */
  readonly isEmpty: boolean;
}

const UNSEEN = new Set(['script', 'style', 'title', 'template']);
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
/** Left out: marks that a rendering sets around links, pictures, cells, quotations and list items. */
const WORD_OR_MARK = /[\p{L}\p{N}\p{M}\u200d]+|[^\s[\]()|*•·>#_=\-–—]/gu;
/** Characters that no text survives with: Postgres refuses NUL, and what stands in its place is a matter of taste. */
const UNSTORABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/g;
/** Words beside the alternative text in a pointer to a picture. */
const POINTER_WORDS = 6;

/** Characters that may stand for those that a workspace would take for markup. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '‹': '<', '›': '>', '＆': '&' };

/** The words of plain text. */
export function wordsOfText(text: string): string[] {
  const plain = text.replace(UNSTORABLE, '').replace(/[‹›＆]/g, (character) => LOOK_ALIKES[character] ?? '');
  return plain.match(WORD_OR_MARK) ?? [];
}

/** Plain text as a body. */
export function visibleText(text: string): VisibleBody {
  return { words: wordsOfText(text), isEmpty: text.trim() === '' };
}

/** The words of an HTML body without the gaps: what stands there, not what may. */
export function wordsOfHtml(html: string): string[] {
  return visibleHtml(html).words.filter((word) => typeof word === 'string');
}

/** Reads an HTML body as a browser would show it; scripts, styles, comments and declarations show nothing. */
export function visibleHtml(html: string): VisibleBody {
  const words: (string | Gap)[] = [];
  let isEmpty = true;
  let text = '';
  let unseen = 0;
  const lists: string[] = [];
  const links: string[] = [];
  const flush = () => {
    words.push(...wordsOfText(text));
    if (text.trim() !== '') isEmpty = false;
    text = '';
  };
  const gap = (upTo: number) => {
    if (upTo === 0) return;
    flush();
    words.push({ upTo });
  };
  const parser = new Parser({
    ontext: (piece) => {
      if (unseen === 0) text += piece;
    },
    onopentag: (name, attributes) => {
      if (UNSEEN.has(name)) unseen++;
      if (!INLINE.has(name)) text += '\n';
      if (name === 'ol' || name === 'ul') lists.push(name);
      if (name === 'li' && lists.at(-1) === 'ol') gap(2);
      if (name === 'img') gap(POINTER_WORDS + wordsOfText(attributes.alt ?? '').length);
      if (name === 'a') links.push(attributes.href ?? '');
    },
    onclosetag: (name) => {
      if (UNSEEN.has(name)) unseen = Math.max(0, unseen - 1);
      if (!INLINE.has(name)) text += '\n';
      if (name === 'ol' || name === 'ul') lists.pop();
      if (name === 'a') gap(wordsOfText(links.pop() ?? '').length);
    },
  });
  parser.end(html);
  flush();
  return { words, isEmpty };
}
