import type { CaseLog, LogEntry, StoredFields, StoredValue } from '../generator/stored-class.ts';
import { type Writer, writeCreation, writeDeletion, writeUpdate } from './change-history.ts';
import { findObject, type ItopObjects } from './itop-objects.ts';
import { nextId } from './next-id.ts';
import { ALL_IDS } from './overlay.ts';

/** Who makes a change: an account's id; the administrator unless given. */
interface By {
  readonly by?: string;
}

/** A change to the simulated iTop, as its users would make it between two reads. */
export type ObjectChange = By & Change;

type Change =
  | {
      readonly action: 'patch';
      readonly class: string;
      readonly id: number;
      readonly fields: StoredFields;
      readonly at?: string;
    }
  | {
      readonly action: 'insert';
      readonly class: string;
      readonly id?: number;
      readonly fields: StoredFields;
      readonly at?: string;
    }
  | { readonly action: 'delete'; readonly class: string; readonly id: number }
  | {
      readonly action: 'append-log';
      readonly class: string;
      readonly id: number;
      readonly log: string;
      readonly entry: Partial<LogEntry> & { readonly message: string };
      readonly at?: string;
    };

/**
 * Applies a change and gives the object's id. A ticket's last_update moves as in iTop: with a changed field or a new
 * log entry, not with an edit that changes nothing and not with a change of a person or link row. The history is written as
 * iTop writes it; what would go with a deleted object (its links) is deleted by changes of its own. `now` is iTop's wall
 * clock, `at` overrules it.
 */
export function changeObject(objects: ItopObjects, change: ObjectChange, now: string): number {
  const { overlay } = objects;
  const at = change.action === 'delete' ? now : (change.at ?? now);
  const writer: Writer = { by: change.by ?? '1', at };
  if (change.action === 'insert') {
    const id = change.id ?? nextId(objects, change.class);
    if (findObject(objects, objects.tree.rootClass(change.class), id))
      throw new Error(`${change.class}::${id} cannot be inserted: the id is in use`);
    checkCodes(objects, change.class, change.fields);
    overlay.put(change.class, id, {
      ...emptyFields(objects, change.class),
      ...touch(objects, change.class, at),
      ...change.fields,
    });
    writeCreation(objects, change.class, id, writer);
    return id;
  }
  if (!overlay.has(change.class, change.id))
    throw new Error(`${change.class}::${change.id} does not exist: ${change.action} is not possible`);
  if (change.action === 'delete') {
    writeDeletion(objects, change.class, change.id, writer);
    overlay.delete(change.class, change.id);
    return change.id;
  }
  const before = overlay.read(change.class, change.id);
  if (change.action === 'append-log') {
    const log = before[change.log] as CaseLog | undefined;
    if (log?.entries === undefined) throw new Error(`${change.class} has no log ${change.log}`);
    const entry = {
      date: at,
      user_login: '',
      user_id: null,
      message_html: `<p>${change.entry.message}</p>`,
      ...change.entry,
    } satisfies LogEntry;
    const grown = { [change.log]: { entries: [...log.entries, entry] } };
    overlay.put(change.class, change.id, { ...grown, ...touch(objects, change.class, at) });
    writeUpdate(objects, change.class, change.id, before, grown, writer);
    return change.id;
  }
  checkCodes(objects, change.class, change.fields);
  const isChanged = Object.entries(change.fields).some(
    ([code, value]) => JSON.stringify(before[code]) !== JSON.stringify(value),
  );
  if (isChanged) {
    overlay.put(change.class, change.id, { ...touch(objects, change.class, at), ...change.fields });
    writeUpdate(objects, change.class, change.id, before, change.fields, writer);
  }
  return change.id;
}

function touch(objects: ItopObjects, className: string, at: string): StoredFields {
  return objects.tree.rootClass(className) === 'Ticket' ? { last_update: at } : {};
}

function checkCodes(objects: ItopObjects, className: string, fields: StoredFields): void {
  const model = objects.models.get(className);
  if (model === undefined) throw new Error(`The simulated iTop holds no class ${className}`);
  for (const code of Object.keys(fields)) {
    if (!model.attributes.includes(code) || code in model.linkSets || code in model.externalFields) {
      throw new Error(`${className}.${code} is not an attribute that can be set`);
    }
  }
}

/** What a new object holds where nothing is given: iTop's own empty values, taken from the shape of an existing one. */
function emptyFields(objects: ItopObjects, className: string): StoredFields {
  for (const id of objects.overlay.ids(className, ALL_IDS)) {
    const empty: Record<string, StoredValue> = {};
    for (const [code, value] of Object.entries(objects.overlay.read(className, id)))
      empty[code] = emptyLike(objects, className, code, value);
    return empty;
  }
  return {};
}

function emptyLike(objects: ItopObjects, className: string, code: string, value: StoredValue): StoredValue {
  if (objects.models.get(className)?.keys[code] !== undefined) return '0';
  if (Array.isArray(value)) return [];
  if (typeof value === 'object' && value !== null) return 'entries' in value ? { entries: [] } : value;
  if (typeof value === 'number') return 0;
  return typeof value === 'string' ? '' : value;
}
