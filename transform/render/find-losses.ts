import { Parser } from 'htmlparser2';
import { cutText } from './cut-text.ts';

/** Something of a body that does not reach Intercom. */
export interface Loss {
  readonly kind:
    | 'script'
    | 'style'
    | 'embedded_content'
    | 'image'
    | 'form_control'
    | 'comment'
    | 'unsafe_link'
    | 'layout'
    | 'itop_address'
    | 'text';
  /** Characters from the start of the source. */
  readonly place: number;
  /** What was lost, cut at 10 000 characters. */
  readonly detail: string;
}

/** A piece of text as it stands in the source. */
export interface SourceText {
  readonly place: number;
  readonly text: string;
}

/** Something a body points to. */
export interface Reference {
  readonly kind: 'mention' | 'inline_image' | 'data_image' | 'remote_image';
  /** Class and id of a mentioned object, id of an inline image, or the address of a remote picture. */
  readonly target: string;
}

/** Elements whose content reaches Intercom in no form. */
export const lostElements: ReadonlyMap<string, Loss['kind']> = new Map([
  ['script', 'script'],
  ['style', 'style'],
  ...['iframe', 'object', 'embed', 'video', 'audio', 'svg', 'math', 'applet', 'noscript'].map(
    (tag) => [tag, 'embedded_content'] as const,
  ),
  ...['input', 'textarea', 'select', 'button', 'option'].map((tag) => [tag, 'form_control'] as const),
]);

/** Attributes that stand without a value. */
const switches: ReadonlySet<string> = new Set([
  ...[
    'checked',
    'disabled',
    'selected',
    'hidden',
    'controls',
    'loop',
    'muted',
    'autoplay',
    'open',
    'reversed',
    'required',
  ],
  ...[
    'readonly',
    'multiple',
    'nowrap',
    'noshade',
    'allowfullscreen',
    'async',
    'defer',
    'alt',
    'title',
    'style',
    'class',
    'href',
  ],
]);

const detailLimit = 10_000;

/**
 * Walks the HTML once and names everything that sanitising will drop, and every picture and mention in it. `depth` is how many elements
 * stand inside each other at most.
 */
export function findLosses(html: string): {
  losses: Loss[];
  references: Reference[];
  texts: SourceText[];
  depth: number;
} {
  const losses: Loss[] = [];
  let depth = 0;
  let deepest = 0;
  const references: Reference[] = [];
  const texts: SourceText[] = [];
  const open: { kind: Loss['kind']; tag: string; place: number; text: string }[] = [];
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        depth += 1;
        deepest = Math.max(deepest, depth);
        const kind = lostElements.get(tag);
        if (kind !== undefined)
          open.push({
            kind,
            tag,
            place: parser.startIndex,
            text: attributes.src ?? attributes.data ?? attributes.value ?? '',
          });
        if (tag === 'img') {
          const reference = imageReference(attributes);
          references.push(reference);
          losses.push({
            kind: 'image',
            place: parser.startIndex,
            detail: `${reference.kind} ${reference.target} ${attributes.alt ?? ''}`.trim(),
          });
        }
        // A stray "<" swallows the words behind it: the parser takes them for attributes.
        const swallowed = Object.keys(attributes).filter((name) => attributes[name] === '' && !switches.has(name));
        if (swallowed.length > 0) losses.push({ kind: 'text', place: parser.startIndex, detail: swallowed.join(' ') });
        if (tag !== 'img' && (attributes.alt ?? '') !== '')
          losses.push({ kind: 'text', place: parser.startIndex, detail: attributes.alt ?? '' });
        if (tag === 'a') noteLink(attributes, parser.startIndex);
      },
      ontext(text) {
        const inner = open.at(-1);
        if (inner !== undefined) inner.text += text;
        else if (text.trim() !== '') texts.push({ place: parser.startIndex, text });
      },
      oncomment(text) {
        if (text.trim() !== '') losses.push({ kind: 'comment', place: parser.startIndex, detail: text.trim() });
      },
      onprocessinginstruction(_name, data) {
        losses.push({ kind: 'comment', place: parser.startIndex, detail: data });
      },
      onclosetag(tag) {
        depth -= 1;
        const inner = open.at(-1);
        if (inner === undefined || inner.tag !== tag) return;
        open.pop();
        losses.push({ kind: inner.kind, place: inner.place, detail: inner.text.trim() });
      },
    },
    { decodeEntities: true },
  );

  function noteLink(attributes: Readonly<Record<string, string>>, place: number): void {
    if (attributes['data-role'] === 'object-mention') {
      references.push({
        kind: 'mention',
        target: `${attributes['data-object-class'] ?? ''}::${attributes['data-object-id'] ?? ''}`,
      });
      return;
    }
    const address = attributes.href?.trim() ?? '';
    if (/^[a-z][a-z0-9+.-]*:/i.test(address) && !/^(https?|mailto|tel):/i.test(address)) {
      losses.push({ kind: 'unsafe_link', place, detail: address });
    }
  }

  parser.end(html);
  // Behind the last ">": a search for it from each "<" on would take minutes for a body of nothing else.
  const tail = html.lastIndexOf('>') + 1;
  const start = html.slice(tail).search(/<[a-z/!?]/i);
  const unfinished = start < 0 ? '' : html.slice(tail + start);
  if (/[\p{L}\p{N}]/u.test(unfinished)) losses.push({ kind: 'text', place: tail + start, detail: unfinished });
  return { losses: losses.map(cutDetail), references, texts, depth: deepest };
}

function cutDetail(loss: Loss): Loss {
  return { ...loss, detail: cutText(loss.detail, detailLimit) };
}

/** The address of an inline image carries a secret: only its id is kept. */
function imageReference(attributes: Readonly<Record<string, string>>): Reference {
  const id = attributes['data-img-id'];
  if (id !== undefined) return { kind: 'inline_image', target: `InlineImage::${id}` };
  const source = attributes.src ?? '';
  if (source.startsWith('data:')) return { kind: 'data_image', target: source.replace(/,.*$/s, '') };
  return { kind: 'remote_image', target: source.replace(/\?.*$/, '') };
}

/** Texts of the source that a rendering does not show, whatever the reason: the last net under rule T8. */
export function findVanished(texts: readonly SourceText[], rendered: string): Loss[] {
  const shown = collapse(rendered);
  let words: ReadonlySet<string> | undefined;
  let place = 0;
  const vanished: Loss[] = [];
  for (const { place: source, text } of texts) {
    const wanted = collapse(text);
    const found = shown.indexOf(wanted, place);
    if (found >= 0) {
      place = found + wanted.length;
      continue;
    }
    // A table may set the lines of its cells side by side: then the words stand apart.
    words ??= new Set(shown.split(/[ |]/));
    const lost = wanted.split(' ').filter((word) => words?.has(word) !== true && !shown.includes(word));
    if (lost.length > 0) vanished.push(cutDetail({ kind: 'text', place: source, detail: lost.join(' ') }));
  }
  return vanished;
}

function collapse(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').trim();
}
