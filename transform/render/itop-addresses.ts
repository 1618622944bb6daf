import type { Loss } from './find-losses.ts';

/** How addresses of iTop inside a body are read. */
export interface ItopAddresses {
  /** Hosts that are this iTop, in lower case; undefined where none is known: then any host with iTop's paths is. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** What people call an object, its ref or name, by `Class::id`. */
  readonly names: ReadonlyMap<string, string>;
}

export const noAddresses: ItopAddresses = { hosts: undefined, names: new Map() };

/** What of a body was replaced, in the form of the source. */
export interface Rewritten {
  readonly source: string;
  readonly losses: readonly Loss[];
}

type Meaning = { readonly kind: 'picture' } | { readonly kind: 'object'; readonly key: string };

/** A look that costs little: nearly all bodies hold none. */
const mayHoldAddress = /operation=|object\/view\//;
const address = /https?:\/\/[^\s<>"'`]+/gi;
/** A tag or a text; a "<" that begins no tag is a text. Nothing is looked at twice, however broken the markup is. */
const piece = /<[^<>]*>|[^<]+|</g;
/** Longest address that is looked at. */
const longestAddress = 2_000;

/**
 * A body with the addresses of iTop's objects replaced by what people call these, and the addresses of pasted pictures, which open
 * without a login, by `[image]` (rule T8). Pictures themselves and mentions are left to the renderer.
 */
export function rewriteAddresses(format: 'html' | 'text', source: string, addresses: ItopAddresses): Rewritten {
  if (!mayHoldAddress.test(source)) return { source, losses: [] };
  const losses: Loss[] = [];
  const inText = (text: string, place: number): string =>
    text.replace(address, (found, at: number) => {
      if (found.length > longestAddress) return found;
      const end = /(?:[.,;:!?)\]]|&(?:quot|gt|lt);?)+$/.exec(found)?.[0] ?? '';
      const url = found.slice(0, found.length - end.length);
      const meaning = meaningOf(url, addresses);
      if (meaning === undefined) return found;
      losses.push(lossOf(meaning, place + at, url));
      return nameOf(meaning, addresses, format) + end;
    });
  if (format === 'text') return { source: inText(source, 0), losses };
  const done: string[] = [];
  let open: { readonly tag: string; readonly place: number; readonly from: number } | undefined;
  let place = 0;
  for (const [found] of source.matchAll(piece)) {
    if (!found.startsWith('<') || found === '<') done.push(inText(found, place));
    else if (open !== undefined && /^<\/a\s*>$/i.test(found)) {
      const inside = done.splice(open.from).slice(1).join('');
      done.push(anchorOf(open.tag, open.place, inside, found));
      open = undefined;
    } else {
      if (/^<a\s/i.test(found)) open = { tag: found, place, from: done.length };
      done.push(found);
    }
    place += found.length;
  }
  return { source: done.join(''), losses };

  function anchorOf(tag: string, at: number, inside: string, end: string): string {
    const href = tag.includes('object-mention') || tag.length > longestAddress ? undefined : hrefOf(tag);
    const meaning = href === undefined ? undefined : meaningOf(href, addresses);
    if (href === undefined || meaning === undefined) return tag + inside + end;
    losses.push(lossOf(meaning, at, href));
    const name = nameOf(meaning, addresses, format);
    if (/<img\b/i.test(inside)) return inside;
    const words = inside.replace(/<[^<>]*>/g, '').trim();
    return words === '' || words === name ? `<em>${name}</em>` : `${inside} (<em>${name}</em>)`;
  }
}

function hrefOf(tag: string): string | undefined {
  const href = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag);
  return (href?.[1] ?? href?.[2] ?? href?.[3])?.trim();
}

/** `Class::id` of the objects that addresses in a body lead to. */
export function objectsAddressed(source: string, addresses: ItopAddresses): string[] {
  if (!mayHoldAddress.test(source)) return [];
  const found = source.matchAll(/(?:https?:\/\/|(?<=href=["']))[^\s<>"'`]+/gi);
  return [...found].flatMap(([url]) => {
    const meaning = meaningOf(url, addresses);
    return meaning?.kind === 'object' ? [meaning.key] : [];
  });
}

/** The last net: no address of a pasted picture, and no secret of one, is left in a rendering. */
export function withoutPictureSecrets(rendered: string): string {
  if (!rendered.includes('download_inlineimage') && !rendered.includes('data-img-secret')) return rendered;
  return rendered
    .replace(/[^\s<>"']+/g, (run) => (run.includes('download_inlineimage') ? '[image]' : run))
    .replace(/data-img-secret(?:=\\?["']?[^\s"'<>]*["']?)?/g, '');
}

function meaningOf(written: string, { hosts }: ItopAddresses): Meaning | undefined {
  const plain = written.replace(/&(?:amp|#38|#x26);/gi, '&');
  if (/[?&]operation=download_inlineimage\b/.test(plain)) return { kind: 'picture' };
  // An address without a host stands on iTop's own pages.
  const isRelative = !/^[a-z][a-z0-9+.-]*:/i.test(plain);
  if (isRelative && !/UI\.php\?|ajax\.\w+\.php\?|object\/view\//.test(plain)) return undefined;
  const url = URL.parse(plain, 'http://relative.invalid');
  if (url === null || (!isRelative && hosts !== undefined && !hosts.has(url.host.toLowerCase()))) return undefined;
  const portal = /\/object\/view\/(\w+)\/(\d+)/.exec(url.pathname + url.hash);
  if (portal !== null) return { kind: 'object', key: `${portal[1]}::${portal[2]}` };
  const className = url.searchParams.get('class') ?? '';
  const id = url.searchParams.get('id') ?? '';
  const isObject = url.searchParams.has('operation') && /^\w+$/.test(className) && /^\d+$/.test(id);
  return isObject ? { kind: 'object', key: `${className}::${id}` } : undefined;
}

function nameOf(meaning: Meaning, { names }: ItopAddresses, format: 'html' | 'text'): string {
  if (meaning.kind === 'picture') return '[image]';
  const name = names.get(meaning.key) ?? `${meaning.key.replace('::', ' ')} in iTop`;
  return format === 'text' ? name : name.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function lossOf(meaning: Meaning, place: number, url: string): Loss {
  return {
    kind: 'itop_address',
    place,
    detail: meaning.kind === 'picture' ? 'address of a pasted picture' : url.slice(0, 1_000),
  };
}
