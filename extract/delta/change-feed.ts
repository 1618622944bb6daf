import { ClassNotReadable, QueryRejected } from '../../itop/errors.ts';
import { selectWindow } from '../../itop/oql.ts';
import { fetchedByReference } from '../catalog/field-lists.ts';
import type { Narrowing, RestReader } from '../reader/rest-reader.ts';
import { idBound } from '../sources/rest/id-bound.ts';
import type { Watermark } from './watermarks.ts';

/** iTop's history of changes: one row for each object changed, created or deleted. Administrators may read it. */
const history = 'CMDBChangeOp';

/** Rows become visible out of order: so many ids before the latest are looked at again. */
const overlap = 1_000;

/** Ids of history rows in one window. */
const windowIds = 5_000;

/** An object that the history names. */
export interface NamedObject {
  readonly finalClass: string;
  readonly id: number;
  /** Row of the history. */
  readonly historyId: number;
}

/** What the history tells of itself. */
export type FeedState =
  /** Rows since the watermark were read. */
  | { readonly kind: 'read'; readonly head: Watermark }
  /** The account may not read the history. */
  | { readonly kind: 'unreadable' }
  /** Rows between the watermark and now were removed: what they held is not known. */
  | { readonly kind: 'purged'; readonly head: Watermark | undefined }
  /** The history ends before the watermark, or tells another story: iTop was restored from a backup. */
  | { readonly kind: 'went_back'; readonly from: string; readonly to: string };

/** Where the history ends now; undefined where it cannot be read. */
export async function headOfHistory(reader: RestReader): Promise<Watermark | undefined> {
  try {
    const bound = await idBound(reader, history, 1, overlap / 2);
    const rows = await readRows(reader, Math.max(1, bound - 2 * overlap), bound + overlap);
    return headOf(rows);
  } catch (error) {
    if (error instanceof ClassNotReadable || error instanceof QueryRejected) return undefined;
    throw error;
  }
}

/** Whether the history of now cannot be the continuation of the one that a watermark was taken from. */
export async function hasGoneBack(reader: RestReader, before: Watermark): Promise<boolean> {
  const highest = Number(before.value);
  try {
    const [latest] = await readRows(reader, highest, highest + 1);
    if (latest !== undefined) return before.detail !== undefined && latest.mark !== before.detail.mark;
    // The row goes with its object, but the deletion leaves a later one.
    return (await reader.count(history, selectWindow(history, highest))) === 0 && (await reader.count(history)) > 0;
  } catch (error) {
    if (error instanceof ClassNotReadable) return false;
    throw error;
  }
}

/**
 * Gives the objects that the history names since a watermark, some of them several times. Only what the rows are about is
 * requested, never old or new values: they hold secrets.
 *
 * Throws ItopError for all but a missing right, which is one of the outcomes.
 */
export async function readFeed(
  reader: RestReader,
  before: Watermark,
  narrowings: ReadonlyMap<string, Narrowing>,
  take: (objects: readonly NamedObject[]) => Promise<void> | undefined,
): Promise<FeedState> {
  const highest = Number(before.value);
  const from = Math.max(1, highest - overlap + 1);
  try {
    const count = await reader.count(history, selectWindow(history, from));
    if (count === 0) {
      const all = await reader.count(history);
      return all === 0
        ? { kind: 'purged', head: undefined }
        : { kind: 'went_back', from: before.value, to: `below ${from}` };
    }
    const recent = new Set(before.detail?.recent ?? []);
    let kept = 0;
    let last: HistoryRow[] = [];
    // Ids rise with few gaps: mostly the first windows hold all rows, and the end need not be searched.
    let bound = from + windowIds;
    let found = 0;
    for (let lowerId = from; lowerId < bound; lowerId += windowIds) {
      const rows = await readRows(reader, lowerId, lowerId + windowIds);
      const marked = rows.find((row) => row.id === highest);
      if (marked !== undefined && before.detail !== undefined && marked.mark !== before.detail.mark) {
        return { kind: 'went_back', from: `${highest} (${before.detail.mark})`, to: `${highest} (${marked.mark})` };
      }
      kept += rows.filter((row) => recent.has(row.id)).length;
      await take(
        rows.filter((row) => row.id > highest || !recent.has(row.id)).flatMap((row) => aboutItself(row, narrowings)),
      );
      await takeDeletions(reader, lowerId, recent, highest, rows, take);
      last = [...last, ...rows].slice(-2 * overlap);
      found += rows.length;
      if (found < count) {
        const next = lowerId + windowIds;
        bound = rows.length > 0 ? next + 1 : await idBound(reader, history, next, windowIds);
      }
    }
    const head = headOf(last);
    if (head !== undefined && Number(head.value) < highest) {
      return { kind: 'went_back', from: before.value, to: head.value };
    }
    return recent.size > 0 && kept === 0 ? { kind: 'purged', head } : { kind: 'read', head: head ?? before };
  } catch (error) {
    if (error instanceof ClassNotReadable) return { kind: 'unreadable' };
    throw error;
  }
}

interface HistoryRow {
  readonly id: number;
  readonly finalClass: string;
  readonly objclass: string;
  readonly objkey: number;
  readonly mark: string;
}

async function readRows(reader: RestReader, lowerId: number, upperId: number): Promise<HistoryRow[]> {
  const rows = new Map<number, HistoryRow>();
  const oql = selectWindow(history, lowerId, upperId);
  await reader.read({ className: history, oql, outputFields: ['date', 'objclass', 'objkey'] }, (object) => {
    const { date, objclass, objkey } = object.fields;
    rows.set(object.id, {
      id: object.id,
      finalClass: object.finalClass,
      objclass: String(objclass),
      objkey: Number(objkey),
      mark: `${date} ${objclass}::${objkey}`,
    });
    return undefined;
  });
  return [...rows.values()].sort((a, b) => a.id - b.id);
}

/** The object of a row, and the row itself: some kinds of rows are extracted too. */
function aboutItself(row: HistoryRow, narrowings: ReadonlyMap<string, Narrowing>): NamedObject[] {
  const itself = { finalClass: row.finalClass, id: row.id, historyId: row.id };
  // Of a deletion the row names the root class only.
  if (row.finalClass === 'CMDBChangeOpDelete') return [itself];
  const about = { finalClass: row.objclass, id: row.objkey, historyId: row.id };
  const isWanted = narrowings.get(row.finalClass)?.values.includes(row.objclass) ?? true;
  return isWanted && !fetchedByReference.includes(row.finalClass) ? [itself, about] : [about];
}

/** Deletions name the final class in a field of their own, files of a form their attachment. */
async function takeDeletions(
  reader: RestReader,
  lowerId: number,
  recent: ReadonlySet<number>,
  highest: number,
  rows: readonly HistoryRow[],
  take: (objects: readonly NamedObject[]) => Promise<void> | undefined,
): Promise<void> {
  const kinds = [
    ['CMDBChangeOpDelete', ['fclass', 'objkey']],
    ['CMDBChangeOpAttachmentAdded', ['attachment_id']],
    ['CMDBChangeOpAttachmentRemoved', ['attachment_id']],
  ] as const;
  for (const [className, outputFields] of kinds) {
    const isNew = (row: { readonly id: number }) => row.id > highest || !recent.has(row.id);
    if (!rows.some((row) => row.finalClass === className && isNew(row))) continue;
    const named = new Map<number, NamedObject>();
    const oql = selectWindow(className, lowerId, lowerId + windowIds);
    await reader.read({ className, oql, outputFields }, (object) => {
      const { fclass, objkey, attachment_id } = object.fields;
      if (!isNew(object)) return undefined;
      named.set(object.id, {
        finalClass: fclass === undefined ? 'Attachment' : String(fclass),
        id: Number(objkey ?? attachment_id),
        historyId: object.id,
      });
      return undefined;
    });
    await take([...named.values()].filter((object) => Number.isSafeInteger(object.id) && object.id > 0));
  }
}

function headOf(rows: readonly HistoryRow[]): Watermark | undefined {
  const latest = rows.at(-1);
  if (latest === undefined) return undefined;
  const recent = rows.map((row) => row.id).filter((id) => id > latest.id - overlap);
  return {
    channel: 'history',
    className: history,
    value: String(latest.id),
    detail: { recent, mark: latest.mark },
  };
}
