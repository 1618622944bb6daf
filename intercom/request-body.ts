import { Readable } from 'node:stream';
import { messageOf } from '../platform/errors.ts';
import type { Call, CallFile } from './call.ts';

/** A request's body and its length, which is known before a byte of a file is read. */
export interface RequestBody {
  readonly content: string | Readable | null;
  readonly length: number;
}

/** The bytes of a file could not be read, or are not those they should be: the request ends before its end, and has no effect. */
export class FileUnreadable extends Error {
  constructor(name: string, cause: unknown) {
    super(`file "${name}": ${messageOf(cause)}`, { cause });
    this.name = 'FileUnreadable';
  }
}

/** The JSON body of a call; files are read, encoded and sent piece by piece, so that memory does not grow with their size. */
export function requestBodyOf(call: Call<unknown>): RequestBody {
  if (call.files === undefined || call.files.length === 0) {
    const text = call.body === undefined ? null : JSON.stringify(call.body);
    return { content: text, length: text === null ? 0 : Buffer.byteLength(text) };
  }
  const head = `${JSON.stringify({ ...call.body }).slice(0, -1)}${Object.keys(call.body ?? {}).length > 0 ? ',' : ''}"attachment_files":[`;
  const openings = call.files.map(
    (file, index) => `${index === 0 ? '' : ','}${JSON.stringify(headOf(file)).slice(0, -1)},"data":"`,
  );
  const length =
    [head, ...openings].reduce((sum, text) => sum + Buffer.byteLength(text), 0) +
    call.files.reduce((sum, file) => sum + encodedLength(file.byteSize) + 2, 0) +
    2;
  return { content: Readable.from(pieces(head, openings, call.files), { objectMode: false }), length };
}

/** Characters of so many bytes in base64. */
export function encodedLength(byteSize: number): number {
  return 4 * Math.ceil(byteSize / 3);
}

function headOf(file: CallFile) {
  return { content_type: file.contentType, name: file.name };
}

async function* pieces(head: string, openings: readonly string[], files: readonly CallFile[]): AsyncGenerator<Buffer> {
  yield Buffer.from(head);
  for (const [index, file] of files.entries()) {
    yield Buffer.from(openings[index] ?? '');
    try {
      yield* encoded(await file.open());
    } catch (error) {
      throw new FileUnreadable(file.name, error);
    }
    yield Buffer.from('"}');
  }
  yield Buffer.from(']}');
}

/** Base64 of a stream: pieces are cut at multiples of three bytes, so that nothing is padded before the end. */
async function* encoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const all: Buffer = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = all.length - (all.length % 3);
    if (whole > 0) yield Buffer.from(all.toString('base64', 0, whole), 'latin1');
    rest = Buffer.from(all.subarray(whole));
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
}
