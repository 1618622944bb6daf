/**
 * Renders what most bodies are: paragraphs, line breaks, emphasis and simple lists without attributes. Gives undefined for everything
 * else, also for markup that is not well-formed, which goes the long way of `renderBody`.
 *
 * The long way parses a body three times (losses, sanitiser, text). Here nothing can be lost, and nothing but the tags named below can
 * come out; a property test holds that both ways give the same, character by character.
 */
export function renderPlainMarkup(source: string): { readonly html: string; readonly text: string } | undefined {
  // To the text conversion a zero-width space is white space, to all else it is a letter.
  if (source.includes('\u200b')) return undefined;
  const root: Block = newBlock('', 0);
  const open: (Block | { readonly tag: string })[] = [root];
  let block = root;
  const enclosing: Block[] = [];
  let html = '';
  let place = 0;
  while (place < source.length) {
    if (source[place] !== '<') {
      const end = source.indexOf('<', place);
      const piece = decode(source.slice(place, end < 0 ? source.length : end));
      if (piece === undefined) return undefined;
      html += escapeMarkup(piece);
      if (block.tag !== 'ul') addInline(block, piece);
      else if (/\S/.test(piece)) return undefined;
      place = end < 0 ? source.length : end;
      continue;
    }
    tagPattern.lastIndex = place;
    const match = tagPattern.exec(source);
    if (match === null) return undefined;
    place = tagPattern.lastIndex;
    const tag = match[2] ?? '';
    if (block.tag === 'ul' && tag !== 'li' && match[0] !== '</ul>') return undefined;
    if (tag === 'br') {
      if (match[1] === '/') return undefined;
      html += '<br />';
      block.lines.push('');
      block.hasWords.push(false);
      continue;
    }
    html += match[0];
    const isBlock = blockTags.has(tag);
    if (match[1] === '') {
      if (open.length >= deepest) return undefined;
      if (!isBlock) {
        open.push({ tag });
        continue;
      }
      // A parser closes a paragraph before a block, and an emphasis is no place for one.
      if (open.at(-1) !== block || block.tag === 'p' || (tag === 'li') !== (block.tag === 'ul')) return undefined;
      if (tag === 'ul' && enclosing.length > 0) return undefined;
      enclosing.push(block);
      block = newBlock(tag, breaksAround[tag] ?? 0);
      open.push(block);
      continue;
    }
    const last = open.pop();
    if (last === undefined || last.tag !== tag || last === root) return undefined;
    if (!isBlock) continue;
    const outer = enclosing.pop();
    if (outer === undefined) return undefined;
    close(block, outer);
    block = outer;
  }
  return open.length === 1 ? { html, text: textOf(root) } : undefined;
}

/** Deeper markup goes the long way, which decides what becomes of it. */
const deepest = 50;

const tagPattern = /<(\/?)(p|div|ul|li|br|b|strong|i|em|u)(?:(?<=<br) ?\/)?>/y;
const blockTags: ReadonlySet<string> = new Set(['p', 'div', 'ul', 'li']);

/** Line breaks before and after a block, as the text conversion sets them. */
const breaksAround: Readonly<Record<string, number>> = { p: 2, div: 1, ul: 2, li: 1 };

/** A block under construction: finished text, and the lines of words behind it. */
interface Block {
  readonly tag: string;
  leading: number;
  /** Line breaks owed to the block before. */
  owed: number;
  text: string;
  lines: string[];
  hasWords: boolean[];
  isSpaceOwed: boolean;
}

function newBlock(tag: string, leading: number): Block {
  return { tag, leading, owed: 0, text: '', lines: [''], hasWords: [false], isSpaceOwed: false };
}

function textOf({ text, lines }: Block): string {
  return lines.length === 1 ? text + (lines[0] ?? '') : text + lines.join('\n');
}

/** White space as browsers fold it; a no-break space is none. */
const word = /[^ \t\r\n\f]+/g;
const space = /[ \t\r\n\f]/;

function addInline(block: Block, piece: string): void {
  const words = piece.match(word);
  if (block.owed > 0) {
    if (words === null) return;
    for (let i = 0; i < block.owed; i += 1) {
      block.lines.push('');
      block.hasWords.push(false);
    }
    block.owed = 0;
  }
  if (words === null) {
    block.isSpaceOwed = block.isSpaceOwed || piece !== '';
    return;
  }
  const isApart = block.isSpaceOwed || space.test(piece[0] ?? '');
  const last = block.lines.length - 1;
  block.lines[last] += (isApart && block.hasWords[last] === true ? ' ' : '') + words.join(' ');
  block.hasWords[last] = true;
  block.isSpaceOwed = space.test(piece.at(-1) ?? '');
}

/** Adds a finished block to the one around it. */
function close(inner: Block, outer: Block): void {
  const own = textOf(inner);
  // A list without items leaves no trace.
  if (inner.tag === 'ul' && own === '') return;
  const text = inner.tag === 'li' ? ` * ${own.replace(/\n/g, '\n   ')}` : own;
  const before = textOf(outer);
  const breaks = Math.max(outer.owed, inner.leading);
  if (before === '') outer.leading = breaks;
  outer.text = before === '' ? text : before + '\n'.repeat(breaks) + text;
  outer.lines = [''];
  outer.hasWords = [false];
  outer.owed = inner.tag === 'ul' ? 2 : Math.max(inner.owed, breaksAround[inner.tag] ?? 0);
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00a0',
};

/** Text with the entities that iTop writes decoded; undefined where there is another. */
function decode(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let isKnown = true;
  const decoded = text.replace(/&[^;]{0,6};?/g, (entity) => {
    const character = entities[entity];
    if (character === undefined) isKnown = false;
    return character ?? '';
  });
  return isKnown ? decoded : undefined;
}

function escapeMarkup(text: string): string {
  return /[&<>]/.test(text) ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') : text;
}
