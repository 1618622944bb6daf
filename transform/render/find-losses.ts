import { Parser } from 'htmlparser2';

/** Something of a body that does not reach Intercom. */
export interface Loss {
  readonly kind: 'script' | 'style' | 'embedded_content' | 'image' | 'form_control' | 'comment' | 'unsafe_link';
  /** Characters from the start of the source. */
  readonly place: number;
  /** What was lost, cut at 200 characters. */
  readonly detail: string;
}

/** Something a body points to. */
export interface Reference {
  readonly kind: 'mention' | 'inline_image' | 'data_image' | 'remote_image';
  /** Class and id of a mentioned object, id of an inline image, or the address of a remote picture. */
  readonly target: string;
}

const lostElements: ReadonlyMap<string, Loss['kind']> = new Map([
  ['script', 'script'],
  ['style', 'style'],
  ...['iframe', 'object', 'embed', 'video', 'audio', 'svg', 'math', 'applet', 'noscript'].map(
    (tag) => [tag, 'embedded_content'] as const,
  ),
  ...['input', 'textarea', 'select', 'button', 'option'].map((tag) => [tag, 'form_control'] as const),
]);

const detailLimit = 200;

/** Walks the HTML once and names everything that sanitising will drop, and every picture and mention in it. */
export function findLosses(html: string): { losses: Loss[]; references: Reference[] } {
  const losses: Loss[] = [];
  const references: Reference[] = [];
  const open: { kind: Loss['kind']; tag: string; place: number; text: string }[] = [];
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
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
            detail: `${reference.kind} ${reference.target}`.slice(0, detailLimit),
          });
        }
        if (tag === 'a') noteLink(attributes, parser.startIndex);
      },
      ontext(text) {
        const inner = open.at(-1);
        if (inner !== undefined) inner.text += text;
      },
      oncomment(text) {
        if (text.trim() !== '')
          losses.push({ kind: 'comment', place: parser.startIndex, detail: text.trim().slice(0, detailLimit) });
      },
      onclosetag(tag) {
        const inner = open.at(-1);
        if (inner === undefined || inner.tag !== tag) return;
        open.pop();
        losses.push({ kind: inner.kind, place: inner.place, detail: inner.text.trim().slice(0, detailLimit) });
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
      losses.push({ kind: 'unsafe_link', place, detail: address.slice(0, detailLimit) });
    }
  }

  parser.end(html);
  return { losses, references };
}

/** The address of an inline image carries a secret: only its id is kept. */
function imageReference(attributes: Readonly<Record<string, string>>): Reference {
  const id = attributes['data-img-id'];
  if (id !== undefined) return { kind: 'inline_image', target: `InlineImage::${id}` };
  const source = attributes.src ?? '';
  if (source.startsWith('data:')) return { kind: 'data_image', target: source.slice(0, source.indexOf(',')) };
  return { kind: 'remote_image', target: source.replace(/\?.*$/, '') };
}
