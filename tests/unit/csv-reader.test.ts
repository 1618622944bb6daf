import { describe, expect, it } from 'vitest';
import { readCsv } from '../../extract/sources/exports/csv-reader.ts';

/** Reads a text given in pieces of a length. */
async function read(text: string, pieceLength: number) {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
  }
  const rows: string[][] = [];
  const broken: { record: number; code: string; content: string }[] = [];
  for await (const batch of readCsv(pieces())) {
    for (const row of batch.rows) rows.push(row.cells);
    broken.push(...batch.broken.map(({ record, reasonCode, content }) => ({ record, code: reasonCode, content })));
  }
  return { rows: rows.slice(1), broken };
}

const record = (id: number): string => `${id},"Title ${id}, with ""quotes""","line 1\nline 2","",x\n`;
const header = '"id","title","text","empty","last"\n';

/** What a lost or added quote can look like in an export, which quotes every text. */
const faults: readonly (readonly [string, (id: number) => string])[] = [
  ['a quote that is not doubled', (id) => `${id},"one " two","t","",x\n`],
  ['the end of a quote that is missing', (id) => `${id},"one,"t","",x\n`],
  ['the end of the last quote that is missing', (id) => `${id},"one","t","","x\n`],
  ['the begin of a quote that is missing', (id) => `${id},one, two","t","",x\n`],
  ['a quote that is lost before a line break', (id) => `${id},"one","line 1\nline 2,"",x\n`],
  ['a cell too few', (id) => `${id},"one","t",x\n`],
];

describe('a CSV reader', () => {
  it.each(faults)('loses only the record with %s, in record 70,001 of 70,400', async (_what, fault) => {
    const ids = Array.from({ length: 70_400 }, (_, place) => place + 1);
    const text = header + ids.map((id) => (id === 70_001 ? fault(id) : record(id))).join('');
    const { rows, broken } = await read(text, 64 * 1024);
    expect(broken.map(({ record, content }) => [record, content])).toEqual([[70_001, fault(70_001)]]);
    expect(rows.length).toBe(70_399);
    expect(rows.map((cells) => Number(cells[0]))).toEqual(ids.filter((id) => id !== 70_001));
    expect(rows.at(-1)).toEqual(['70400', 'Title 70400, with "quotes"', 'line 1\nline 2', '', 'x']);
  });

  it.each([1, 7, 64, 100_000])('gives the same whatever the length of the pieces: %s', async (length) => {
    const { rows, broken } = await read(`${header}${[1, 2, 3].map(record).join('')}4,"cut`, length);
    expect(rows.map((cells) => cells[0])).toEqual(['1', '2', '3']);
    expect(broken).toEqual([{ record: 4, code: 'ends_early', content: '4,"cut' }]);
  });

  it('finds the next record again where a quote never ends', async () => {
    const open = `1,"never ends ${'x'.repeat(100)}\n`;
    const lines = Array.from({ length: 1_000_000 }, (_, place) => `${place + 2},plain,text,,x\n`);
    const { rows, broken } = await read(header + open + lines.join(''), 64 * 1024);
    expect(broken.map(({ record }) => record)).toEqual([1]);
    expect(rows.length).toBe(1_000_000);
  });
});
