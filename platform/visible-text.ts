import { decodeHTML, decodeHTMLStrict } from 'entities';
import { withoutLookAlikes } from './look-alikes.ts';

const token =
  /<!--[\s\S]*?-->|<\/?([a-zA-Z][a-zA-Z0-9]*)\b[^>]*>|&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z][a-zA-Z0-9]*));/g;

const entity = /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z][a-zA-Z0-9]*));/g;

/** Elements that run on in the line; every other one separates words. */
const inlineElements = new Set(
  'a abbr b bdi bdo cite code del em font i ins kbd mark q s samp small span strong sub sup u var'.split(' '),
);

/** Blocks whose end begins a new line. */
const lineBlocks = /^(?:p|div|h[1-6]|tr|blockquote|pre|ul|ol)$/i;

/**
 * The words a reader sees in an HTML body, white space folded. Bodies are compared by it, because Intercom wraps plain
 * text into paragraphs and normalises HTML.
 */
export function visibleText(html: string): string {
  return foldSpace(
    html.replace(token, (whole, element?: string, decimal?: string, hexadecimal?: string) => {
      if (element !== undefined) return inlineElements.has(element.toLowerCase()) ? '' : ' ';
      return whole.startsWith('&') ? characterOf(whole, decimal, hexadecimal) : '';
    }),
  );
}

/** The words of a whole page, as a server's error is one: without its scripts, styles and declarations. */
export function visibleTextOfPage(page: string): string {
  return visibleText(page.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>|<[!?][a-zA-Z][^>]*>/gi, ' '));
}

/** The words of an HTML body in lines: a block, a line break and a list entry begin a new one. Nothing that is no tag is taken out. */
export function linesOfHtml(html: string): string {
  const text = html.replace(token, (whole, element?: string) => {
    if (whole.startsWith('&')) return decodeHTML(whole);
    if (/^<li\b/i.test(whole)) return '\n- ';
    const endsLine =
      element !== undefined && (/^br$/i.test(element) || (whole.startsWith('</') && lineBlocks.test(element)));
    return endsLine ? '\n' : '';
  });
  return text.replaceAll('\u00a0', ' ').trim();
}

/** Text whose entities are the characters they stand for. */
export function decodeEntities(text: string): string {
  return text.replace(entity, (whole, decimal?: string, hexadecimal?: string) =>
    characterOf(whole, decimal, hexadecimal),
  );
}

/**
 * White space folded to single spaces and trimmed, look-alike characters as those that they stand for (`look-alikes.ts`): what
 * `visibleText` does to text that is not HTML. A byte order mark between letters separates no words, as it has no width.
 */
export function foldSpace(text: string): string {
  return withoutLookAlikes(text)
    .replace(/[^\S\ufeff]+/g, ' ')
    .trim();
}

function characterOf(whole: string, decimal?: string, hexadecimal?: string): string {
  if (decimal !== undefined) return character(Number(decimal), whole);
  if (hexadecimal !== undefined) return character(Number.parseInt(hexadecimal, 16), whole);
  return decodeHTMLStrict(whole);
}

function character(codePoint: number, whole: string): string {
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
}
