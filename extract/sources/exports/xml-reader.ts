import { SaxesParser } from 'saxes';
import { hasInvalidBytes } from './decode.ts';
import type { BrokenRecord, ExportBatch, ExportedRow } from './exported.ts';

/** An object of an XML export: texts by attribute; a set as its items; files are left out. */
export interface XmlObject {
  readonly className: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  /** Attributes that are sets of links or hold a file. */
  readonly skipped: readonly string[];
}

const pieceLength = 256 * 1024;

/**
 * iTop begins every object on a line of its own and escapes `<` in texts, so this line cannot stand inside an object:
 * objects are told apart by it, and one that is broken spoils no other.
 */
const objectStart = /^<(\w+) alias="[^"]*" id="(\d+)">/gm;

/** iTop escapes every text but the labels of tags; a bare ampersand can stand only there. */
const bareAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/gi;

/** Reads an XML export object by object, in bounded memory. */
export async function* readXml(text: AsyncIterable<string>): AsyncGenerator<ExportBatch<XmlObject>> {
  let buffer = '';
  let record = 0;
  let wanted = pieceLength;
  for await (const piece of text) {
    buffer += piece;
    if (buffer.length < wanted) continue;
    const { batch, used } = take(buffer, false);
    buffer = buffer.slice(used);
    wanted = used === 0 ? buffer.length * 2 : buffer.length + pieceLength;
    yield batch;
  }
  yield take(buffer, true).batch;

  function take(held: string, isEnd: boolean): { batch: ExportBatch<XmlObject>; used: number } {
    const rows: ExportedRow<XmlObject>[] = [];
    const broken: BrokenRecord[] = [];
    let from: number | undefined;
    const one = (content: string, isLast: boolean): void => {
      record++;
      const read = readObject(content, record, isLast);
      if ('reasonCode' in read) broken.push(read);
      else rows.push({ record, cells: read });
    };
    for (const { index } of held.matchAll(objectStart)) {
      if (from !== undefined) one(held.slice(from, index), false);
      from = index;
    }
    if (!isEnd) return { batch: { rows, broken }, used: from ?? Math.max(0, held.lastIndexOf('\n')) };
    const end = held.lastIndexOf('</Set>');
    if (from !== undefined) one(held.slice(from, end > from ? end : undefined), end <= from);
    if (end === -1 && from === undefined)
      broken.push({
        record: record + 1,
        reasonCode: 'ends_early',
        reason: 'the file has no closing </Set>',
        nextStep: 'Export the file again: its end is missing.',
        content: held,
      });
    return { batch: { rows, broken }, used: held.length };
  }
}

function readObject(content: string, record: number, isLast: boolean): XmlObject | BrokenRecord {
  const [, className = '', id = ''] = new RegExp(objectStart.source).exec(content) ?? [];
  if (hasInvalidBytes(content))
    return {
      record,
      id,
      reasonCode: 'invalid_encoding',
      reason: `${className}::${id} holds bytes that are not of the file's encoding`,
      nextStep: 'Export with charset=UTF-8, or name the encoding of the file.',
      content,
    };
  const fields: Record<string, string | string[]> = {};
  const skipped = new Set<string>();
  const path: string[] = [];
  let attribute = '';
  let value = '';
  let items: string[] | undefined;
  let fault: string | undefined;
  let isClosed = false;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    fault ??= error.message;
  });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    if (path.length === 2) {
      attribute = name;
      value = '';
      items = undefined;
    } else if (path.length === 3 && name === 'Set') items = [];
    else if (path.length === 3 || (path.length === 4 && name !== 'Tag')) skipped.add(attribute);
    else value = '';
  });
  parser.on('text', (text) => {
    value += text;
  });
  parser.on('closetag', () => {
    if (path.length === 4) items?.push(value);
    if (path.length === 2 && !skipped.has(attribute)) fields[attribute] = items ?? value;
    path.pop();
    isClosed ||= path.length === 0;
  });
  const text = content.trimEnd();
  parser.write(text.includes('<Tag>') ? text.replaceAll(bareAmpersand, '&amp;') : text);
  if (!isClosed && fault === undefined) fault = 'it is not closed';
  if (fault === undefined) return { className, id, fields, skipped: [...skipped] };
  return {
    record,
    id,
    reasonCode: isLast ? 'ends_early' : 'broken_xml',
    reason: `${className}::${id}${isLast ? ': the file ends inside the object' : ''}: ${fault}`,
    nextStep: isLast ? 'Export the file again: its end is missing.' : 'Export the object again.',
    content,
  };
}
