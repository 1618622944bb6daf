import { isUtf8 } from 'node:buffer';

/** Encodings a file can have. iTop writes UTF-8 or ISO-8859-1; spreadsheet programs save windows-1252 and UTF-16. */
export type Encoding = 'utf-8' | 'iso-8859-1' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** The encoding by a byte order mark; UTF-8 without one. */
export function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/**
 * Text of a file in pieces. A byte that is no UTF-8 becomes a lone surrogate, U+DC00 plus the byte, so that the one record it
 * stands in can be told from the others: see `hasInvalidBytes`.
 */
export async function* decode(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  let isFirst = true;
  for await (const piece of encoding === 'utf-8' ? decodeUtf8(bytes) : decodeOther(bytes, encoding)) {
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece;
    isFirst = false;
  }
}

/** Whether a text holds a byte that was no UTF-8. */
export function hasInvalidBytes(text: string): boolean {
  return !text.isWellFormed();
}

/** A text for people: bytes that were no UTF-8 as \xNN. */
export function showInvalidBytes(text: string): string {
  return text
    .replace(/(?<![\ud800-\udbff])[\udc80-\udcff]/g, (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`)
    .toWellFormed();
}

async function* decodeOther(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  // The label iso-8859-1 means windows-1252 to a TextDecoder; the true one is what Buffer calls latin1.
  if (encoding === 'iso-8859-1') {
    for await (const piece of bytes) yield piece.toString('latin1');
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

async function* decodeUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const joined = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const end = joined.length - unfinished(joined);
    rest = joined.subarray(end);
    yield textOf(joined.subarray(0, end));
  }
  if (rest.length > 0) yield textOf(rest);
}

/** Bytes at the end that begin a character and do not finish it. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : escapeInvalid(bytes);
}

/** The slow way, for the one piece in which something is wrong. */
function escapeInvalid(bytes: Buffer): string {
  let text = '';
  let sound = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', sound, at) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at++;
    sound = at;
  }
  return text + bytes.toString('utf8', sound);
}

/** Bytes of the character that begins here, 0 where none does. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
