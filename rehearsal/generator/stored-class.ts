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

/** Answers of a customized request form, as its module writes them into JSON: by codes, the form's own name among them; none are `[]`. */
export interface FormAnswers {
  readonly template_id: string;
  readonly values: Readonly<Record<string, string>> | readonly [];
}

export type StoredValue = string | number | boolean | null | CaseLog | Blob | FormAnswers | readonly string[];

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
  /** Every id is below it, where that is known without looking. */
  readonly idBound?: number;
  /** Of history: where the rows about the object of an id lie. */
  idsAbout?(owner: number): { readonly from: number; readonly to: number };
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

/** A class with the ids 1 to `count` that `accepts` lets through, each object made from its id. */
export function countedClass(
  name: string,
  count: number,
  read: (id: number, withoutTexts: boolean) => StoredFields,
  accepts: (id: number) => boolean = () => true,
): StoredClass {
  const has = (id: number) => id >= 1 && id <= count && accepts(id);
  return {
    name,
    has,
    *ids(from, to) {
      for (let id = Math.max(1, from); id < Math.min(to, count + 1); id++) if (accepts(id)) yield id;
    },
    read(id, withoutTexts = false): StoredFields {
      if (!has(id)) throw new Error(`${name}::${id} does not exist in the generated iTop`);
      return read(id, withoutTexts);
    },
  };
}

/** Attributes that hold nothing: `''`, and `'0'` for a key. */
export function emptyFields(codes: string): StoredFields {
  return Object.fromEntries(codes.split(/\s+/).map((code) => [code, code.endsWith('_id') ? '0' : '']));
}

export function blobOf(content: Buffer, mimetype: string, filename: string): Blob {
  return { data: content.toString('base64'), mimetype, filename, downloads_count: 0 };
}

export const NO_BLOB: Blob = { data: '', mimetype: '', filename: '', downloads_count: 0 };
