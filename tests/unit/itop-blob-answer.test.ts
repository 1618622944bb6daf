import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UnreadableAnswer } from '../../itop/answer-reader.ts';
import { type BlobAnswer, readBlobAnswer } from '../../itop/blob-answer.ts';

function answer(data: string, more: object = {}): string {
  const file = { data, mimetype: 'text/plain', filename: 'a "b" é.txt', downloads_count: 0 };
  const object = { code: 0, message: '', class: 'Attachment', key: '1', fields: { contents: file, ...more } };
  return JSON.stringify({ code: 0, message: 'Found: 1', objects: { 'Attachment::1': object } }).replaceAll('/', '\\/');
}

async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 7): Promise<{ bytes: Buffer; end: BlobAnswer }> {
  const pieces: Buffer[] = [];
  const blob = readBlobAnswer(cut(text, size), 'contents');
  for (;;) {
    const step = await blob.next();
    if (step.done === true) return { bytes: Buffer.concat(pieces), end: step.value };
    pieces.push(step.value);
  }
}

describe('the answer with one file', () => {
  const content = Buffer.from(Array.from({ length: 4_001 }, (_, n) => (n * 31) % 256));

  it.each([1, 2, 3, 64, 100_000])('is decoded whatever the pieces: %d bytes each', async (size) => {
    const { bytes, end } = await read(answer(content.toString('base64')), size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
    expect(end).toEqual({
      code: 0,
      message: 'Found: 1',
      file: { fileName: 'a "b" é.txt', mediaType: 'text/plain' },
    });
  });

  it('tells an empty file from an object that is not there', async () => {
    expect(await read(answer(''))).toMatchObject({
      bytes: Buffer.alloc(0),
      end: { file: { mediaType: 'text/plain' } },
    });
    expect((await read('{"code":0,"message":"Found: 0","objects":null}')).end.file).toBeUndefined();
  });

  it('gives the result code of an error', async () => {
    expect((await read('{"code":1,"message":"Error: Invalid login"}')).end).toMatchObject({
      code: 1,
      message: 'Error: Invalid login',
    });
  });

  it('does not take an answer that ends early, or a page, for a file', async () => {
    const text = answer(content.toString('base64'));
    await expect(read(text.slice(0, 2_000))).rejects.toMatchObject({ isCutOff: true });
    await expect(read('<html><body>login</body></html>')).rejects.toBeInstanceOf(UnreadableAnswer);
  });
});
