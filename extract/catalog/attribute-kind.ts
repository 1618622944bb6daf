/**
 * What an attribute holds. `blob` is a file, whose bytes are fetched apart; `form` the answers of a customized request form;
 * `secret` is never requested.
 */
export type AttributeKind =
  | 'text'
  | 'html'
  | 'number'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'key'
  | 'tags'
  | 'log'
  | 'blob'
  | 'form'
  | 'secret'
  | 'unknown';

/** Names that suggest a secret. iTop shows encrypted and password attributes in clear text. */
const secretName =
  /pass(word|wd|phrase|code)|pwd|secret|token|credential|cipher|encrypt|unlock|(^|_)(pin|puk)(_|$)|(api|private|licen[cs]e)_?key/i;

/** Whether an attribute of unknown type is left alone until a person decides. */
export function suggestsSecret(attribute: string): boolean {
  return secretName.test(attribute);
}

/** Codes that iTop makes for its own use beside an attribute: copies, flags and inner values of stop watches. */
const derived =
  /(_friendlyname|_finalclass_recall|(^|_)obsolescence_(flag|date)|(^|_)archive_(flag|date)|_started|_laststart|_stopped|_(75|100)_(deadline|passed|triggered|overrun))$/;

export function isDerived(attribute: string): boolean {
  return attribute === 'id' || attribute === 'finalclass' || attribute === 'friendlyname' || derived.test(attribute);
}

/**
 * The kind that a value shows; undefined where it shows none, as an empty text. No value shows that it is HTML: "<bob@acme.com>"
 * looks like markup, so only the data model says what is (`staging.html_attribute`).
 */
export function kindOfValue(value: unknown): AttributeKind | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return 'tags';
  if (typeof value === 'object') {
    if ('entries' in value) return 'log';
    return 'mimetype' in value ? 'blob' : 'unknown';
  }
  if (typeof value !== 'string') return 'unknown';
  if (/^\*+$/.test(value)) return 'secret';
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return 'date';
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return 'datetime';
  return 'text';
}

/** One kind for what several objects showed; text where they disagree. */
export function commonKind(kinds: readonly AttributeKind[]): AttributeKind {
  const [first, ...others] = kinds;
  if (first === undefined) return 'unknown';
  if (others.every((kind) => kind === first)) return first;
  return 'text';
}
