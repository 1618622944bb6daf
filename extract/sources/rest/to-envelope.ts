import type { ItopObject } from '../../../itop/answer-reader.ts';
import { canonicalPayload, type Envelope } from '../../topics/envelope.ts';

export interface Origin {
  readonly runId: string;
  readonly chunkId: string;
  /** Taken before the request was sent. */
  readonly observedAt: Date;
}

/** An object as iTop's REST API gave it, on its way to raw. */
export function envelopeOf(object: ItopObject, rootClass: string, origin: Origin): Envelope {
  return {
    schemaVersion: 1,
    rootClass,
    finalClass: object.finalClass,
    id: String(object.id),
    op: 'upsert',
    channel: 'rest',
    ...origin,
    payload: canonicalPayload(object.fields),
  };
}
