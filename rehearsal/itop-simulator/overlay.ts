import type { StoredClass, StoredFields } from '../generator/stored-class.ts';

/** Ids in `[from, to)`. */
export interface IdWindow {
  readonly from: number;
  readonly to: number;
}

export const ALL_IDS: IdWindow = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** The stored objects with what a test changed since: edits, deletions and new objects, kept by class and id. */
export class Overlay {
  private readonly base: ReadonlyMap<string, StoredClass>;
  private readonly changed = new Map<string, Map<number, StoredFields>>();
  private readonly deleted = new Map<string, Set<number>>();

  constructor(base: ReadonlyMap<string, StoredClass>) {
    this.base = base;
  }

  /** Final classes that may hold objects. */
  classNames(): readonly string[] {
    return [...new Set([...this.base.keys(), ...this.changed.keys()])];
  }

  storedClass(className: string): StoredClass | undefined {
    return this.base.get(className);
  }

  has(className: string, id: number): boolean {
    if (this.deleted.get(className)?.has(id)) return false;
    return this.changed.get(className)?.has(id) === true || this.base.get(className)?.has(id) === true;
  }

  /** Existing ids in a window: those of the base rising, then new ones. */
  *ids(className: string, window: IdWindow): Iterable<number> {
    const base = this.base.get(className);
    const deleted = this.deleted.get(className);
    if (base !== undefined) {
      for (const id of base.ids(window.from, window.to)) if (!deleted?.has(id)) yield id;
    }
    const added = [...(this.changed.get(className)?.keys() ?? [])].filter((id) => base?.has(id) !== true);
    for (const id of added.sort((a, b) => a - b)) {
      if (id >= window.from && id < window.to && !deleted?.has(id)) yield id;
    }
  }

  /** Ids of objects that were added or changed since. */
  addedIds(className: string): Iterable<number> {
    return this.changed.get(className)?.keys() ?? [];
  }

  /** Rows of a history class that may be about the object of this id: those of the base in its own part of the ids. */
  *idsAbout(className: string, owner: number): Iterable<number> {
    yield* this.ids(className, this.base.get(className)?.idsAbout?.(owner) ?? ALL_IDS);
    for (const id of this.addedIds(className)) if (this.has(className, id)) yield id;
  }

  read(className: string, id: number, withoutTexts = false): StoredFields {
    const changed = this.changed.get(className)?.get(id);
    if (changed !== undefined) return changed;
    const base = this.base.get(className);
    if (base === undefined || !this.has(className, id)) throw new Error(`${className}::${id} does not exist`);
    return base.read(id, withoutTexts);
  }

  /** Sets fields of an object, or makes it with them. */
  put(className: string, id: number, fields: StoredFields): void {
    const before = this.has(className, id) ? this.read(className, id) : {};
    const objects = this.changed.get(className) ?? new Map<number, StoredFields>();
    objects.set(id, { ...before, ...fields });
    this.changed.set(className, objects);
    this.deleted.get(className)?.delete(id);
  }

  delete(className: string, id: number): void {
    const ids = this.deleted.get(className) ?? new Set<number>();
    ids.add(id);
    this.deleted.set(className, ids);
    this.changed.get(className)?.delete(id);
  }
}
