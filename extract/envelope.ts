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

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
