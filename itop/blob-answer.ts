import { Readable } from 'node:stream';
import { parser } from 'stream-json/parser.js';
import { UnreadableAnswer } from './answer-reader.ts';

/** What stood around the bytes of a file. */
export interface BlobAnswer {
  readonly code: number;
  readonly message: string;
  /** Undefined when no object was found, or it has no such attribute. */
  readonly file: { readonly fileName: string; readonly mediaType: string } | undefined;
}

/** Longest text beside the bytes that is kept: names, types, messages. */
const longestText = 10_000;

/**
 * Reads the answer to a query for one file and gives its bytes as they come, decoded: the answer, the base64 text and
 * the file are never held as a whole. Throws UnreadableAnswer when the answer is no JSON or ends early.
 */
export async function* readBlobAnswer(
  pieces: AsyncIterable<Buffer>,
  attribute: string,
): AsyncGenerator<Buffer, BlobAnswer, undefined> {
  const tokens = Readable.from(pieces).compose(
    parser.asStream({ streamKeys: false, streamNumbers: false, packStrings: false }),
  );
  const path: string[] = [];
  const texts = new Map<string, string>();
  const base64 = new Base64Decoder();
  let hasFile = false;
  let start = '';
  try {
    for await (const { name, value } of tokens as AsyncIterable<{ name: string; value?: string | null }>) {
      if (start.length < 200 && typeof value === 'string') start += value.slice(0, 200);
      if (name === 'startObject' || name === 'startArray') path.push('');
      else if (name === 'endObject' || name === 'endArray') path.pop();
      else if (name === 'keyValue') path[path.length - 1] = value ?? '';
      else if (name === 'numberValue') texts.set(path.join('/'), value ?? '');
      else if (name === 'stringChunk' && typeof value === 'string') {
        const [top, , members, code, part] = path;
        const isOfFile = path.length === 5 && top === 'objects' && members === 'fields' && code === attribute;
        if (isOfFile && part === 'data') {
          hasFile = true;
          const bytes = base64.push(value);
          if (bytes.length > 0) yield bytes;
        } else {
          const place = isOfFile ? (part ?? '') : path.join('/');
          if (isOfFile) hasFile = true;
          const text = texts.get(place) ?? '';
          if (text.length < longestText) texts.set(place, text + value);
        }
      } else if (name === 'endString' && path.length === 5 && path[3] === attribute) hasFile = true;
    }
  } catch (error) {
    if (error instanceof Error && !/parser|json/i.test(error.message)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UnreadableAnswer(message, /incomplete|unexpected end|end of input|has expected/i.test(message), start);
  }
  const rest = base64.end();
  if (rest.length > 0) yield rest;
  const code = texts.get('code');
  if (code === undefined) throw new UnreadableAnswer('it has no result code', path.length > 0, start);
  return {
    code: Number(code),
    message: texts.get('message') ?? '',
    file: hasFile ? { fileName: texts.get('filename') ?? '', mediaType: texts.get('mimetype') ?? '' } : undefined,
  };
}

/** Decodes base64 text that is cut anywhere. */
class Base64Decoder {
  private rest = '';

  push(text: string): Buffer {
    const whole = this.rest + text;
    const length = whole.length - (whole.length % 4);
    this.rest = whole.slice(length);
    return Buffer.from(whole.slice(0, length), 'base64');
  }

  end(): Buffer {
    return Buffer.from(this.rest, 'base64');
  }
}
