import { describe, expect, it } from 'vitest';
import { type AnswerFrame, AnswerReader, type ItopObject, UnreadableAnswer } from '../../itop/answer-reader.ts';

function read(bytes: Buffer, pieceLength: number): { objects: ItopObject[]; frame: AnswerFrame } {
  const reader = new AnswerReader();
  const objects: ItopObject[] = [];
  for (let from = 0; from < bytes.length; from += pieceLength) {
    objects.push(...reader.push(bytes.subarray(from, from + pieceLength)));
  }
  return { objects, frame: reader.end() };
}

const hostile = {
  title: 'quote " backslash \\ brace } bracket ] \\" end\\',
  'odd }"key\\': 'é 😀 \u0000',
  log: { entries: [{ message: '{"a":[1]}' }, { message: '\\\\' }] },
  tags: [],
};
const answer = JSON.stringify({
  code: 0,
  message: 'Found: 2',
  objects: {
    'UserRequest::1': { code: 0, message: '', class: 'UserRequest', key: '1', fields: hostile },
    'UserRequest::2': { code: 0, message: '', class: 'UserRequest', key: '2', fields: {} },
  },
});

describe('an answer of core/get', () => {
  it('gives the same objects wherever the network cut it', () => {
    const bytes = Buffer.from(answer);
    for (let pieceLength = 1; pieceLength <= bytes.length; pieceLength++) {
      const { objects, frame } = read(bytes, pieceLength);
      expect(objects.map((object) => [object.finalClass, object.id, object.fields])).toEqual([
        ['UserRequest', 1, hostile],
        ['UserRequest', 2, {}],
      ]);
      expect(frame).toEqual({ code: 0, message: 'Found: 2', objectCount: 2, byteLength: bytes.length });
    }
  });

  it('is read in the escapes that iTop writes, and after a byte order mark', () => {
    const escaped = `\ufeff${answer.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}`;
    expect(read(Buffer.from(escaped), 7).objects[0]?.fields).toEqual(hostile);
  });

  it('without objects is an answer too', () => {
    expect(read(Buffer.from('{"code":0,"message":"Found: 0","objects":null}'), 9).frame.objectCount).toBe(0);
  });

  it('that is cut off anywhere is noticed', () => {
    const bytes = Buffer.from(answer);
    for (let length = 1; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length), 16), `cut after ${length} bytes`).toThrow(UnreadableAnswer);
    }
    expect(() => new AnswerReader().end()).toThrow('0 bytes');
  });

  it('that is something else is not taken for one', () => {
    for (const text of [
      '<html>login</html>',
      'Warning: {"code":0}',
      '{"status":"ok","data":[]}',
      '{"code":0,}',
      '{"code":0}{"code":0}',
      '{"code":0,"objects":{"A::1":{"class":"A"}}}',
      '{"code":0,"objects":{"A::1":{broken}}}',
    ]) {
      expect(() => read(Buffer.from(text), 5), text).toThrow(UnreadableAnswer);
    }
  });
});
