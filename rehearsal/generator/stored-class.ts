/** One entry of a case log, with the types iTop's REST gives: a user id is a string, the number 0, or null. */
export interface LogEntry {
  readonly date: string;
  readonly user_login: string;
  readonly user_id: string | 0 | null;
  readonly message: string;
  readonly message_html: string;
}

export interface CaseLog {
  readonly entries: readonly LogEntry[];
}

export interface Blob {
  readonly data: string;
  readonly mimetype: string;
  readonly filename: string;
  readonly downloads_count: number;
}

export type StoredValue = string | number | boolean | null | CaseLog | Blob | readonly string[];

/** The attributes an object stores itself; what is read through its keys (names, flags, link sets) is not among them. */
export type StoredFields = Readonly<Record<string, StoredValue>>;

/** The rows of owner `n` have ids from `n * idsPerOwner` up to, not including, `(n + 1) * idsPerOwner`. */
export interface OwnerKey {
  readonly attribute: string;
  readonly idsPerOwner: number;
}

/**
 * One final class of the generated iTop. Objects are made when asked for, from seed, class and id alone, so that
 * the number of objects costs no memory.
 */
export interface StoredClass {
  readonly name: string;
  /** Where ids are made from those of an owner (links of a ticket): a window of owners is a window of ids. */
  readonly ownerKey?: OwnerKey;
  /** Existing ids in `[from, to)`, rising. */
  ids(from: number, to: number): Iterable<number>;
  has(id: number): boolean;
  /** All stored attributes; with `withoutTexts` the expensive ones (bodies and logs) may be missing. */
  read(id: number, withoutTexts?: boolean): StoredFields;
}

/** A class whose objects are few and known beforehand: ids 1 to n, in the order given. */
export function listedClass(name: string, objects: readonly StoredFields[]): StoredClass {
  const byId = new Map(objects.map((fields, index) => [index + 1, fields]));
  return keyedClass(name, byId);
}

/** A class whose few objects are given with their ids. */
export function keyedClass(name: string, byId: ReadonlyMap<number, StoredFields>): StoredClass {
  const sorted = [...byId.keys()].sort((a, b) => a - b);
  return {
    name,
    ids: (from, to) => sorted.filter((id) => id >= from && id < to),
    has: (id) => byId.has(id),
    read: (id) => {
      const fields = byId.get(id);
      if (fields === undefined) throw new Error(`${name}::${id} does not exist in the generated iTop`);
      return fields;
    },
  };
}
