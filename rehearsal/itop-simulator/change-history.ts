import type { CaseLog, StoredFields, StoredValue } from '../generator/stored-class.ts';
import { findObject, type ItopObjects, ObjectView } from './itop-objects.ts';
import { nextId } from './next-id.ts';

/** Who made a change and when; what iTop writes as one row of `CMDBChange`. */
export interface Writer {
  /** Id of the account. */
  readonly by: string;
  /** iTop's wall clock. */
  readonly at: string;
}

/** Classes whose changes iTop writes no history of: files made through its API. */
const untracked = new Set(['Attachment', 'InlineImage', 'ModuleInstallation', 'ExtensionInstallation']);

const html = new Set(['description', 'solution']);

/** The rows iTop writes of a new object: its creation, and the new link at both ends of a link. */
export function writeCreation(objects: ItopObjects, className: string, id: number, writer: Writer): void {
  const write = openChange(objects, className, writer);
  write?.('CMDBChangeOpCreate', { objclass: className, objkey: String(id) });
  if (write !== undefined) writeLinkEnds(objects, className, id, 'added', write);
}

/** One row for each attribute that changed, of the kind of its type. */
export function writeUpdate(
  objects: ItopObjects,
  className: string,
  id: number,
  before: StoredFields,
  fields: StoredFields,
  writer: Writer,
): void {
  const changed = Object.entries(fields).filter(
    ([code, value]) => JSON.stringify(before[code]) !== JSON.stringify(value) && code !== 'last_update',
  );
  if (changed.length === 0) return;
  const write = openChange(objects, className, writer);
  for (const [code, value] of changed) {
    const of = { objclass: className, objkey: String(id), attcode: code };
    if (isLog(value)) {
      const lastentry = String(Math.max(0, value.entries.length - 1));
      write?.('CMDBChangeOpSetAttributeCaseLog', { ...of, lastentry });
    } else if (html.has(code)) write?.('CMDBChangeOpSetAttributeHTML', { ...of, prevdata: shown(before[code]) });
    else write?.('CMDBChangeOpSetAttributeScalar', { ...of, oldvalue: shown(before[code]), newvalue: shown(value) });
  }
}

/**
 * To be called before the object goes: iTop erases the history of an object with it and leaves one row, whose `objclass` is the
 * root class.
 */
export function writeDeletion(objects: ItopObjects, className: string, id: number, writer: Writer): void {
  const write = openChange(objects, className, writer);
  if (write === undefined) return;
  const fname = String(new ObjectView(objects, className, id).get('friendlyname'));
  writeLinkEnds(objects, className, id, 'removed', write);
  eraseHistory(objects, className, id);
  write('CMDBChangeOpDelete', {
    objclass: objects.tree.rootClass(className),
    objkey: String(id),
    fclass: className,
    fname,
  });
}

type Write = (name: string, fields: StoredFields) => void;

function openChange(objects: ItopObjects, className: string, { by, at }: Writer): Write | undefined {
  if (untracked.has(className) || className.startsWith('CMDBChange')) return undefined;
  const { overlay } = objects;
  const userinfo = by === '0' ? '' : String(findObject(objects, 'User', Number(by))?.get('login') ?? '');
  let change: string | undefined;
  return (name, fields) => {
    if (change === undefined) {
      change = String(nextId(objects, 'CMDBChange'));
      overlay.put('CMDBChange', Number(change), { date: at, userinfo, user_id: by, origin: 'interactive' });
    }
    overlay.put(name, nextId(objects, 'CMDBChangeOp'), { change, date: at, userinfo, user_id: by, ...fields });
  };
}

/** A link that comes or goes is written at both of its ends too. */
function writeLinkEnds(objects: ItopObjects, className: string, id: number, type: string, write: Write): void {
  const keys = className.startsWith('lnk') ? Object.entries(objects.models.get(className)?.keys ?? {}).slice(0, 2) : [];
  const link = new ObjectView(objects, className, id);
  const ends = keys.map(([code, target]) => ({ target, end: findObject(objects, target, Number(link.get(code))) }));
  const [one, other] = ends;
  if (one?.end === undefined || other?.end === undefined) return;
  for (const [self, item] of [
    [one.end, other],
    [other.end, one],
  ] as const) {
    write('CMDBChangeOpSetAttributeLinksAddRemove', {
      objclass: self.className,
      objkey: String(self.id),
      attcode: `${className}_list`,
      item_class: item.target,
      item_id: String(item.end?.id ?? 0),
      type,
    });
  }
}

function eraseHistory(objects: ItopObjects, className: string, id: number): void {
  const { overlay } = objects;
  for (const name of objects.tree.classAndDescendants('CMDBChangeOp')) {
    if (name === 'CMDBChangeOpDelete') continue;
    for (const row of [...overlay.idsAbout(name, id)]) {
      const { objclass, objkey } = overlay.read(name, row);
      if (objclass === className && objkey === String(id)) overlay.delete(name, row);
    }
  }
}

function isLog(value: StoredValue): value is CaseLog {
  return typeof value === 'object' && value !== null && 'entries' in value;
}

function shown(value: StoredValue | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
}
