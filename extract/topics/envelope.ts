/** One observed iTop object on its way to raw: the same form whatever channel it came by. */
export interface Envelope {
  readonly schemaVersion: 1;
  readonly rootClass: string;
  readonly finalClass: string;
  /** iTop's id, unique within the root class. */
  readonly id: string;
  readonly op: 'upsert' | 'delete';
  readonly channel: 'rest' | 'csv' | 'xml';
  readonly runId: string;
  readonly chunkId: string;
  /** Taken before the request was sent. */
  readonly observedAt: Date;
  /** Canonical JSON (keys sorted) of the fields as iTop gave them; `{}` for a delete. */
  readonly payload: Buffer;
}

/** Identity of an object: ids are unique per class tree. */
export function sourceKeyOf(envelope: Pick<Envelope, 'rootClass' | 'id'>): string {
  return `${envelope.rootClass}::${envelope.id}`;
}

/** JSON bytes of an object's fields with the keys of every object sorted, so that equal content has equal bytes. */
export function canonicalPayload(fields: unknown): Buffer {
  return Buffer.from(JSON.stringify(sorted(fields)), 'utf8');
}

/** The same value where all its keys stand in order already, which is how most of iTop's answers come. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields);
  let isSame = true;
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) isSame = false;
  }
  if (!isSame) keys.sort();
  // Assigning to this name would set the prototype instead.
  if (keys.includes('__proto__')) return Object.fromEntries(keys.map((key) => [key, sorted(fields[key])]));
  const result: Record<string, unknown> = {};
  for (const key of keys) {
    const inner = sorted(fields[key]);
    if (inner !== fields[key]) isSame = false;
    result[key] = inner;
  }
  return isSame ? value : result;
}
