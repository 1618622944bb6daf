import { RefusedError } from '../../../platform/errors.ts';

export type ExportFormat = 'csv' | 'xml';

const zip = [0x50, 0x4b, 0x03, 0x04];
const gzip = [0x1f, 0x8b];
const oldOffice = [0xd0, 0xcf, 0x11, 0xe0];

/** Exports that cannot be read back, with what to ask of iTop instead. */
const refusals: readonly {
  readonly is: (head: Buffer, text: string) => boolean;
  readonly what: string;
  readonly why: string;
}[] = [
  {
    is: (head) => startsWith(head, zip) || startsWith(head, oldOffice),
    what: 'a spreadsheet or an archive',
    why: 'spreadsheets cut long texts and rewrite dates and numbers',
  },
  { is: (head) => startsWith(head, gzip), what: 'a compressed file', why: 'it has to be unpacked first' },
  {
    is: (_head, text) => text.startsWith('%PDF'),
    what: 'a PDF',
    why: 'a PDF is laid out for print and holds no fields',
  },
  {
    is: (_head, text) => /^\s*(<!doctype html|<html)/i.test(text) || /^\s*<(p|div|table)[\s>]/i.test(text),
    what: 'an HTML page',
    why: 'iTop answers errors, login pages and its format "spreadsheet" in HTML',
  },
  {
    is: (_head, text) => /^\s*error\s*:/i.test(text),
    what: "iTop's error message",
    why: 'the export itself failed',
  },
  {
    is: (head) => isBrokenUtf16(head),
    what: "iTop's own UTF-16, which has a byte order mark in front of every cell",
    why: 'no reader can tell its cells apart',
  },
];

/**
 * The format of an export by its first bytes; the name of a file says nothing.
 *
 * Throws RefusedError for what is no CSV or XML export of iTop, with what to export instead.
 */
export function recogniseExport(name: string, head: Buffer): ExportFormat {
  const text = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  const refusal = refusals.find(({ is }) => is(head, text));
  if (refusal !== undefined || text.trim() === '') {
    const said = refusal === undefined ? 'empty' : `${refusal.what}: ${refusal.why}`;
    throw new RefusedError(`${name} is ${said}.`, {
      stage: 'extract',
      nextStep:
        'Export the class again with export-v2 as csv (no_localize=1, formatted_text=1, charset=UTF-8) or as xml (no_localize=1).',
    });
  }
  return /^\s*(<\?xml|<Set[\s>])/.test(plain(head, text)) ? 'xml' : 'csv';
}

/** UTF-16 as its ASCII characters, for a look at the first word. */
function plain(head: Buffer, text: string): string {
  const isUtf16 = startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff]);
  return isUtf16 ? text.slice(2).replaceAll('\0', '') : text;
}

function isBrokenUtf16(head: Buffer): boolean {
  if (!startsWith(head, [0xff, 0xfe])) return false;
  const mark = Buffer.from([0xff, 0xfe]);
  return head.indexOf(mark, 2) !== -1;
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, place) => head[place] === byte);
}
