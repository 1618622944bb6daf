import { Parser } from 'htmlparser2';
import { lostElements } from './find-losses.ts';

const inline: ReadonlySet<string> = new Set([
  'a',
  'abbr',
  'b',
  'code',
  'em',
  'font',
  'i',
  'mark',
  's',
  'small',
  'span',
  'strike',
  'strong',
  'sub',
  'sup',
  'u',
]);

/** The words of markup as plain text, a line for each run of them, however deep the elements stand in each other. */
export function flattenMarkup(markup: string): string {
  let text = '';
  let lost = 0;
  const parser = new Parser(
    {
      onopentag(tag) {
        if (lostElements.has(tag)) lost += 1;
        if (!inline.has(tag)) text += '\n';
      },
      ontext(piece) {
        if (lost === 0) text += piece.replace(/\s+/g, ' ');
      },
      onclosetag(tag) {
        if (lostElements.has(tag)) lost -= 1;
        if (!inline.has(tag)) text += '\n';
      },
    },
    { decodeEntities: true },
  );
  parser.end(markup);
  return text.replace(/ *\n[ \n]*/g, '\n').trim();
}

/** The last resort, where no parser gets through: everything between "<" and ">" goes. */
export function stripMarkup(markup: string): string {
  return markup
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}
