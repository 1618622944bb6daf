import Papa from 'papaparse';
import { hasInvalidBytes } from './decode.ts';
import type { BrokenRecord, ExportBatch, ExportedRow } from './exported.ts';

export interface CsvForm {
  /** Found by the header where it is not given. */
  readonly separator?: string | undefined;
  readonly qualifier?: string | undefined;
}

/** Text parsed at a time: enough to spread the cost of a call, little enough to hold twice. */
const pieceLength = 256 * 1024;

/** A record longer than this has lost a quote. iTop's own limit of a long text is lower. */
const longestRecord = 16 * 1024 * 1024;

/** How far a sound record is looked for behind the begin of a line. */
const longestLookedAt = 1024 * 1024;

const separators = [',', ';', '\t', '|'];

interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly code: string }[];
  readonly meta: { readonly cursor: number };
}

/**
 * Reads a CSV file record by record, in bounded memory: the first batch is the header, as its only row.
 *
 * A record with a quote that is not doubled, or with another number of cells than the header, is given as broken. The
 * records behind it are found again at the next line that begins a sound one: after a lost quote the parser would
 * otherwise take what follows for text.
 */
export async function* readCsv(text: AsyncIterable<string>, form: CsvForm = {}): AsyncGenerator<ExportBatch<string[]>> {
  let buffer = '';
  let window = pieceLength;
  let reader: RecordReader | undefined;
  for await (const piece of text) {
    buffer += piece;
    yield* drain(false);
  }
  yield* drain(true);

  function* drain(isEnd: boolean): Generator<ExportBatch<string[]>> {
    while (buffer.length > (isEnd ? 0 : window)) {
      if (reader === undefined) {
        if (buffer.trim() === '') return;
        const header = readHeader(buffer, form);
        reader = new RecordReader(header);
        buffer = buffer.slice(header.length);
        yield { rows: [{ record: 0, cells: header.cells }], broken: [] };
        continue;
      }
      const part = buffer.slice(0, window);
      const { batch, used } = reader.read(part, isEnd && part.length === buffer.length, window >= longestRecord);
      // A record that does not fit is parsed again only with twice as much of the text.
      window = used === 0 ? window * 2 : pieceLength;
      buffer = buffer.slice(used);
      if (batch.rows.length + batch.broken.length > 0) yield batch;
    }
  }
}

function readHeader(text: string, form: CsvForm): Header {
  const qualifier = form.qualifier ?? (text.startsWith("'") ? "'" : '"');
  return (form.separator === undefined ? separators : [form.separator])
    .map((separator) => headerBy(text, separator, qualifier))
    .reduce((best, next) => (next.cells.length > best.cells.length ? next : best));
}

interface Header {
  readonly cells: string[];
  readonly length: number;
  readonly separator: string;
  readonly qualifier: string;
  readonly newline: string;
}

function headerBy(text: string, separator: string, qualifier: string): Header {
  const config = {
    delimiter: separator,
    quoteChar: qualifier,
    escapeChar: qualifier,
    newline: '\n' as const,
    fastMode: false,
  };
  const parsed = new Papa.Parser({ ...config, preview: 1 }).parse(text, 0, false) as Parsed;
  const cells = parsed.data[0] ?? [];
  const end = parsed.meta.cursor;
  // Saved on Windows: the carriage return would stick to the last cell of every record.
  const newline = text.slice(0, end).endsWith('\r\n') ? '\r\n' : '\n';
  const clean = cells.map((cell) => cell.trim());
  return { cells: clean, length: end, separator, qualifier, newline };
}

/** Parses records out of pieces of text; keeps count of them. */
class RecordReader {
  private readonly header: readonly string[];
  private readonly config: object;
  private readonly newline: string;
  private readonly idColumn: number;
  private record = 0;

  constructor(header: Header) {
    this.header = header.cells;
    this.newline = header.newline;
    this.idColumn = header.cells.findIndex((cell) => cell === 'id' || cell.startsWith('id ('));
    this.config = {
      delimiter: header.separator,
      quoteChar: header.qualifier,
      escapeChar: header.qualifier,
      newline: header.newline,
      fastMode: false,
    };
  }

  /**
   * The whole records of a text, and how much of it they are. `isTooLong`: a record that does not end in it is broken, and is
   * the only one taken.
   */
  read(text: string, isEnd: boolean, isTooLong: boolean): { batch: ExportBatch<string[]>; used: number } {
    const parsed = this.parse(text, !isEnd);
    const isSound = parsed.errors.length === 0 && parsed.data.every((cells) => this.isWhole(cells));
    if (!isSound || hasInvalidBytes(text)) return this.readOneByOne(text, isEnd, false);
    if (isTooLong && parsed.data.length === 0) return this.readOneByOne(text, true, true);
    const rows = parsed.data.filter((cells) => !isEmpty(cells)).map((cells) => ({ record: ++this.record, cells }));
    return { batch: { rows, broken: [] }, used: isEnd ? text.length : parsed.meta.cursor };
  }

  private readOneByOne(
    text: string,
    isEnd: boolean,
    isOnlyFirst: boolean,
  ): { batch: ExportBatch<string[]>; used: number } {
    const rows: ExportedRow<string[]>[] = [];
    const broken: BrokenRecord[] = [];
    let at = 0;
    while (at < text.length && !(isOnlyFirst && broken.length > 0)) {
      const rest = text.slice(at);
      const parsed = this.parse(rest, !isEnd, 1);
      const cells = parsed.data[0];
      if (cells === undefined) break;
      const length = parsed.meta.cursor === 0 ? rest.length : parsed.meta.cursor;
      const content = rest.slice(0, length);
      if (isEmpty(cells)) {
        at += length;
      } else if (parsed.errors.length === 0 && this.isWhole(cells)) {
        this.record++;
        if (hasInvalidBytes(content)) broken.push(this.invalid(cells, content));
        else rows.push({ record: this.record, cells });
        at += length;
      } else {
        const isLast = isEnd && !isOnlyFirst && at + length >= text.length;
        const sound = this.nextSound(rest, length, isEnd);
        const end = sound ?? length;
        this.record++;
        broken.push(this.broken(cells, rest.slice(0, end), parsed.errors.length > 0, isLast && sound === undefined));
        at += end;
      }
    }
    return { batch: { rows, broken }, used: at };
  }

  /** Where inside a broken record a line begins that is a sound record of its own. */
  private nextSound(text: string, length: number, isEnd: boolean): number | undefined {
    for (let line = text.indexOf('\n') + 1; line > 0 && line < length; line = text.indexOf('\n', line) + 1) {
      const id = this.idColumn === 0 ? /^["']?\d+["']?\W/ : /^/;
      if (!id.test(text.slice(line, line + 24))) continue;
      const parsed = this.parse(text.slice(line, line + longestLookedAt), !isEnd, 1);
      const cells = parsed.data[0];
      if (cells === undefined || parsed.errors.length > 0 || isEmpty(cells) || !this.isWhole(cells)) continue;
      if (this.idColumn < 0 || /^\d+$/.test(cells[this.idColumn] ?? '')) return line;
    }
    return undefined;
  }

  private parse(text: string, isOpenEnded: boolean, preview = 0): Parsed {
    return new Papa.Parser({ ...this.config, preview }).parse(text, 0, isOpenEnded) as Parsed;
  }

  private isWhole(cells: readonly string[]): boolean {
    return cells.length === this.header.length || isEmpty(cells);
  }

  private idOf(cells: readonly string[]): string | undefined {
    const id = cells[this.idColumn];
    return id !== undefined && /^\d+$/.test(id) ? id : undefined;
  }

  private broken(cells: string[], content: string, hasQuoteError: boolean, isLast: boolean): BrokenRecord {
    const found = { record: this.record, id: this.idOf(cells), content };
    if (isLast && (cells.length < this.header.length || !content.endsWith(this.newline)))
      return {
        ...found,
        reasonCode: 'ends_early',
        reason: `the file ends inside the record: ${cells.length} of ${this.header.length} cells are there`,
        nextStep: 'Export the file again: its end is missing.',
      };
    if (hasQuoteError)
      return {
        ...found,
        reasonCode: 'broken_quote',
        reason: 'a text qualifier inside a cell is not doubled, or its end is missing',
        nextStep: 'Export the object again, or correct the record in the file and extract it again.',
      };
    return {
      ...found,
      reasonCode: 'wrong_columns',
      reason: `it has ${cells.length} cells, the header ${this.header.length}`,
      nextStep: 'Check separator and qualifier of the file; export the object again.',
    };
  }

  private invalid(cells: string[], content: string): BrokenRecord {
    const place = cells.findIndex((cell) => hasInvalidBytes(cell));
    return {
      record: this.record,
      id: this.idOf(cells),
      reasonCode: 'invalid_encoding',
      reason: `${this.header[place] ?? 'the record'} holds bytes that are not UTF-8`,
      nextStep: 'Export with charset=UTF-8, or name the encoding of the file.',
      content,
    };
  }
}

function isEmpty(cells: readonly string[]): boolean {
  return cells.length === 1 && (cells[0] ?? '').trim() === '';
}
