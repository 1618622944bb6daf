import type { ItopObject } from '../../itop/answer-reader.ts';
import { selectAll } from '../../itop/oql.ts';
import type { Narrowing, RestReader } from '../reader/rest-reader.ts';

/** Objects of a class that were read whole while its attributes were looked for: they need no window of their own. */
export interface HeldObjects {
  readonly objects: readonly ItopObject[];
  /** Before they were asked for, on iTop's clock. */
  readonly observedAt: Date;
}

/** Objects that are read with all their attributes at once. Each costs iTop ten times a read by names, for its link sets. */
export const mostHeld = 20;

/** Bytes of a class's objects that are kept in memory until they are published. */
const mostBytes = 250_000;

/** A site with fewer objects has small link sets, and a pass over it is bound by the number of calls. */
const smallSite = 20_000;

/** Whether this is a small site, by iTop's last counts; not where nothing was counted yet. */
export function isSmallSite(lastCounts: ReadonlyMap<string, number>): boolean {
  const objects = [...lastCounts.values()].reduce((sum, count) => sum + count, 0);
  return objects > 0 && objects < smallSite;
}

/** Ends the reading of an answer. */
class Unsuitable extends Error {}

/**
 * All objects of a class with all their attributes; undefined where they are more, or larger, than may be kept, or one holds a file:
 * the bytes of files are fetched apart. Throws ItopError.
 */
export async function holdObjects(reader: RestReader, className: string): Promise<HeldObjects | undefined> {
  const objects: ItopObject[] = [];
  let bytes = 0;
  const observedAt = reader.now();
  try {
    await reader.attempt({ className, oql: selectAll(className), outputFields: ['*'] }, (object) => {
      bytes += object.byteLength;
      if (objects.length === mostHeld || bytes > mostBytes || holdsFile(object)) throw new Unsuitable();
      objects.push(object);
      return undefined;
    });
  } catch (error) {
    if (error instanceof Unsuitable) return undefined;
    throw error;
  }
  return { objects, observedAt };
}

function holdsFile({ fields }: ItopObject): boolean {
  return Object.values(fields).some(
    (value) =>
      typeof value === 'object' && value !== null && 'mimetype' in value && 'data' in value && value.data !== '',
  );
}

/** The held objects that a narrowed window would give; undefined where that hangs on another attribute than the class. */
export function heldWithin(held: HeldObjects | undefined, narrowing: Narrowing | undefined): HeldObjects | undefined {
  if (held === undefined || narrowing === undefined) return held;
  if (narrowing.attribute !== 'finalclass') return undefined;
  return { ...held, objects: held.objects.filter(({ finalClass }) => narrowing.values.includes(finalClass)) };
}

/** The held objects with these fields alone; undefined where one lacks any of them. */
export function withFieldsOf(held: HeldObjects, outputFields: readonly string[]): HeldObjects | undefined {
  if (held.objects.some(({ fields }) => outputFields.some((code) => !(code in fields)))) return undefined;
  const objects = held.objects.map((object) => ({
    ...object,
    fields: Object.fromEntries(outputFields.map((code) => [code, object.fields[code]])),
  }));
  return { ...held, objects };
}
