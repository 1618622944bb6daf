/** What the data say about one attribute of one class. Examples are masked: letters and digits are replaced. */
export interface AttributeProfile {
  readonly attribute: string;
  /** Objects in which it holds something; counted over all. */
  readonly filled: number;
  /** Distinct values among the objects looked at in detail. */
  readonly distinct: number;
  readonly longest: number;
  readonly kind: ValueKind;
  readonly isHtml: boolean;
  readonly examples: readonly string[];
  /** Every value with its count, over all objects; only of attributes that look like an enumeration. */
  readonly values?: Readonly<Record<string, number>>;
  /** Of an attribute that the site added: its name in iTop, where the data model file tells it. */
  readonly label?: string;
  /** Names of its values in iTop, where the data model file tells them. */
  readonly valueLabels?: Readonly<Record<string, string>>;
  /** Of `xxx_id_friendlyname`: whether the copy `xxx_name` or `xxx_ref` always says the same; null where they are never both filled. */
  readonly equalsCopy?: boolean | null;
}

export type ValueKind =
  | 'empty'
  | 'log'
  | 'blob'
  | 'list'
  | 'secret'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'date'
  | 'datetime'
  | 'code'
  | 'text';

export interface ClassProfile {
  readonly class: string;
  readonly rootClass: string;
  /** The classes it extends, nearest first; empty where the catalog does not know it. */
  readonly ancestors: readonly string[];
  readonly isStandard: boolean;
  readonly objects: number;
  readonly attributes: readonly AttributeProfile[];
}

/** A class that occurs in raw. */
export interface ClassInRaw {
  readonly class: string;
  readonly rootClass: string;
  readonly objects: number;
}
