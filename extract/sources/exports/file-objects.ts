import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf, RefusedError } from '../../../platform/errors.ts';
import {
  type ClassKnowledge,
  type KnownAttribute,
  type NotStored,
  whyNotStored,
} from '../../catalog/class-knowledge.ts';
import { looksLikeLog, splitLog } from './case-log.ts';
import { columnsOf } from './columns.ts';
import { readCsv } from './csv-reader.ts';
import { type DateFormat, dateFormat } from './date-format.ts';
import { decode, type Encoding, encodingOf } from './decode.ts';
import type { ExportFile } from './describe.ts';
import type { BrokenRecord, ExportBatch } from './exported.ts';
import { BadValue, type Convert, type Exported } from './exported-value.ts';
import { type ExportFormat, recogniseExport } from './recognise.ts';
import { converterOf, deadline, type ValueForm } from './values.ts';
import { readXml, type XmlObject } from './xml-reader.ts';

/** An object of a file in the form of the REST API. */
export interface FileObject {
  readonly record: number;
  readonly className: string;
  readonly id: string;
  /** Sorted by attribute, as the canonical payload is. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly reviews: readonly LogReview[];
}

export interface LogReview {
  readonly attribute: string;
  readonly treatment: 'split' | 'kept whole';
  readonly reason: string;
  readonly entries: number;
}

export interface FileBatch {
  readonly objects: readonly FileObject[];
  readonly broken: readonly (BrokenRecord & { readonly className: string })[];
}

/** An opened file: what it is, and what of its columns is kept. */
export interface OpenedExport {
  readonly format: ExportFormat;
  readonly batches: AsyncIterable<FileBatch>;
  /** Attributes that are not stored, with the reason; complete once the file is read. */
  readonly notStored: ReadonlyMap<string, NotStored>;
  /** Attributes of each class that the file has, stored or not. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface FileReading {
  readonly file: ExportFile;
  readonly knowledgeOf: (className: string) => Promise<ClassKnowledge>;
  /** Class of a CSV file, by its description or its name; undefined where neither tells. */
  readonly className: string | undefined;
  /** Zone of iTop's dates, where it is configured. */
  readonly timezone?: string | undefined;
}

/** Bytes looked at to tell what a file is. */
const headBytes = 4_096;

/** Opens a file that iTop exported. Throws RefusedError for what cannot be read back, before anything of it is given. */
export async function openExport(reading: FileReading): Promise<OpenedExport> {
  const { file } = reading;
  const head = await readHead(file.path);
  const format = recogniseExport(file.name, head);
  const encoding: Encoding = file.description.encoding ?? encodingOf(head);
  const text = decode(createReadStream(file.path, { highWaterMark: 256 * 1024 }), encoding);
  const notStored = new Map<string, NotStored>();
  const attributes = new Map<string, Set<string>>();
  const shaper: Shaper = { reading, notStored, attributes };
  const batches =
    format === 'csv' ? csvObjects(shaper, readCsv(text, file.description)) : xmlObjects(shaper, readXml(text));
  return { format, batches, notStored, attributes };
}

interface Shaper {
  readonly reading: FileReading;
  readonly notStored: Map<string, NotStored>;
  readonly attributes: Map<string, Set<string>>;
}

/** An attribute that is stored, where it stands, and how its values are brought into the form of the REST API. */
interface Slot {
  readonly code: string;
  readonly place: number;
  readonly convert: Convert;
  readonly isLog: boolean;
}

async function* csvObjects(shaper: Shaper, batches: AsyncIterable<ExportBatch<string[]>>): AsyncGenerator<FileBatch> {
  const { file, className, knowledgeOf } = shaper.reading;
  if (className === undefined) throw await whyNoClass(file.name, batches);
  const knowledge = await knowledgeOf(className);
  const dates = datesOf(file);
  let header: readonly string[] | undefined;
  let slots: readonly Slot[] | undefined;
  let idPlace = 0;
  let finalClassPlace = -1;
  for await (const batch of batches) {
    if (header === undefined) {
      header = batch.rows[0]?.cells ?? [];
      continue;
    }
    if (slots === undefined) {
      const sample = batch.rows.slice(0, 50).map((row) => row.cells);
      const columns = columnsOf(file.name, header, sample, knowledge, file.description);
      idPlace = columns.idPlace;
      // A localized export names the class by its label.
      finalClassPlace = columns.isLocalized ? -1 : columns.codes.indexOf('finalclass');
      slots = slotsOf(shaper, knowledge, columns.codes, formOf(shaper.reading, 'csv', columns.isLocalized));
      for (const [place, code] of columns.codes.entries())
        if (code === undefined) shaper.notStored.set(header[place] ?? '', other('not an attribute of the object'));
    }
    const objects: FileObject[] = [];
    const broken = batch.broken.map((record) => ({ ...record, className }));
    for (const { record, cells } of batch.rows) {
      const id = cells[idPlace] ?? '';
      const own = (finalClassPlace === -1 ? undefined : cells[finalClassPlace]) || className;
      const shaped = shape(slots, (slot) => cells[slot.place] ?? '', file, dates);
      const fault = /^\d{1,18}$/.test(id) ? shaped.fault : `id: "${id}" is not an id`;
      if (fault !== undefined) broken.push({ ...badValue(record, id, fault, cells.join('\t')), className: own });
      else objects.push({ record, className: own, id, fields: shaped.fields, reviews: shaped.reviews });
    }
    yield { objects, broken };
  }
}

/** The refusal of a file of an unknown class: first that it has no ids, which no name of a class would mend. */
async function whyNoClass(name: string, batches: AsyncIterable<ExportBatch<string[]>>): Promise<RefusedError> {
  let header: readonly string[] = [];
  for await (const { rows } of batches) {
    header = rows[0]?.cells ?? [];
    break;
  }
  const hasId = header.some((column) => /^(?:\w+\.)?id(?: \(Primary Key\))?$/.test(column));
  const id = hasId ? '' : ` It has no column with the id of the objects either: ${header.slice(0, 6).join(', ')} ...`;
  return new RefusedError(`${name} is not named after any known class.${id}`, {
    stage: 'extract',
    nextStep: `${hasId ? '' : 'Export it again with `id` among the fields. '}A class of your own is known by the data model file (--datamodel); otherwise name the file after its class (UserRequest.csv), name the class in exports.yaml, or use --class.`,
  });
}

async function* xmlObjects(shaper: Shaper, batches: AsyncIterable<ExportBatch<XmlObject>>): AsyncGenerator<FileBatch> {
  const { file, knowledgeOf } = shaper.reading;
  const dates = datesOf(file);
  const slotsByClass = new Map<string, readonly Slot[] | RefusedError>();
  for await (const batch of batches) {
    const objects: FileObject[] = [];
    const broken = batch.broken.map((record) => ({
      ...record,
      className: /^<(\w+)/.exec(record.content)?.[1] ?? file.name,
    }));
    for (const { record, cells: object } of batch.rows) {
      const slots = slotsByClass.get(object.className) ?? (await slotsOfClass(object));
      slotsByClass.set(object.className, slots);
      if (slots instanceof RefusedError) {
        broken.push({
          ...badValue(record, object.id, slots.message, JSON.stringify(object.fields)),
          nextStep: slots.nextStep,
          className: object.className,
        });
        continue;
      }
      const shaped = shape(slots, (slot) => object.fields[slot.code] ?? '', file, dates);
      if (shaped.fault === undefined) {
        objects.push({
          record,
          className: object.className,
          id: object.id,
          fields: shaped.fields,
          reviews: shaped.reviews,
        });
      } else {
        broken.push({
          ...badValue(record, object.id, shaped.fault, JSON.stringify(object.fields)),
          className: object.className,
        });
      }
    }
    yield { objects, broken };
  }

  async function slotsOfClass(object: XmlObject): Promise<readonly Slot[] | RefusedError> {
    try {
      const knowledge = await knowledgeOf(object.className);
      for (const code of object.skipped) shaper.notStored.set(code, other('a file or a set of links'));
      const finalClass = object.fields.finalclass;
      const isLocalized = file.description.localized ?? (finalClass !== undefined && finalClass !== object.className);
      return slotsOf(shaper, knowledge, Object.keys(object.fields), formOf(shaper.reading, 'xml', isLocalized));
    } catch (error) {
      if (error instanceof RefusedError) return error;
      throw error;
    }
  }
}

function formOf({ file, timezone }: FileReading, channel: 'csv' | 'xml', isLocalized: boolean): ValueForm {
  return { channel, isLocalized, dates: datesOf(file), timezone };
}

function datesOf({ description: { date_format: format } }: ExportFile): DateFormat | undefined {
  return format === undefined ? undefined : dateFormat(format);
}

function slotsOf(
  { notStored, attributes }: Shaper,
  knowledge: ClassKnowledge,
  codes: readonly (string | undefined)[],
  form: ValueForm,
): Slot[] {
  const { name } = knowledge.readable;
  const slots: Slot[] = [];
  const held = new Set<string>();
  attributes.set(name, held);
  for (const [place, code] of codes.entries()) {
    if (code === undefined || code === 'id') continue;
    held.add(code);
    const known = knowledge.attributes.get(code);
    const why = whyNotReadable(code, known, form) ?? whyNotStored(knowledge, code);
    if (why !== undefined) {
      notStored.set(code, why);
      continue;
    }
    // The label of a class is not its name.
    const isClassLabel = form.isLocalized && code === 'finalclass';
    const convert = isClassLabel ? () => name : converterOf(code, known, form);
    slots.push({ code, place, convert, isLog: known?.kind === 'log' || /^(?:public_log|private_log|log)$/.test(code) });
  }
  return slots.sort((a, b) => (a.code < b.code ? -1 : 1));
}

const other = (reason: string): NotStored => ({ kind: 'other', reason });

/** Values that this kind of export does not tell. */
function whyNotReadable(code: string, known: KnownAttribute | undefined, form: ValueForm): NotStored | undefined {
  if (form.isLocalized && (known?.type === 'AttributeTagSet' || known?.type === 'AttributeEnumSet'))
    return other('tags and sets of a localized export cannot be recognised by their labels');
  if (form.channel === 'xml' && form.timezone === undefined && deadline.test(code))
    return other('seconds since 1970, for which itop.timezone must be configured');
  return undefined;
}

function shape(
  slots: readonly Slot[],
  cellOf: (slot: Slot) => Exported,
  file: ExportFile,
  dates: DateFormat | undefined,
): { fields: Record<string, unknown>; reviews: readonly LogReview[]; fault?: string } {
  const fields: Record<string, unknown> = {};
  let reviews: LogReview[] | undefined;
  for (const slot of slots) {
    const value = cellOf(slot);
    if (slot.isLog || (typeof value === 'string' && looksLikeLog(value))) {
      const { entries, review } = splitLog(String(value), file.description.logs === 'whole', dates);
      fields[slot.code] = { entries };
      if (review !== undefined) {
        reviews ??= [];
        reviews.push({ attribute: slot.code, ...review, entries: entries.length });
      }
      continue;
    }
    try {
      fields[slot.code] = slot.convert(value);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      return { fields, reviews: [], fault: `${slot.code}: "${String(value).slice(0, 80)}" ${messageOf(error)}` };
    }
  }
  return { fields, reviews: reviews ?? [] };
}

function badValue(record: number, id: string, reason: string, content: string): BrokenRecord {
  return {
    record,
    id: /^\d+$/.test(id) ? id : undefined,
    reasonCode: 'bad_value',
    reason,
    nextStep: 'Correct the value, or what exports.yaml says of the file, and extract it again.',
    content,
  };
}

async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
