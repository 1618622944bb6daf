import { type Envelope, sourceKeyOf } from './envelope.ts';
import { headerNames, type LandingRecord } from './topic-record.ts';

/** The record in which an envelope travels: the payload is the value, everything else a header. */
export function recordOfEnvelope(envelope: Envelope): LandingRecord {
  return {
    key: sourceKeyOf(envelope),
    time: envelope.observedAt,
    value: envelope.payload,
    headers: {
      [headerNames.schemaVersion]: String(envelope.schemaVersion),
      [headerNames.rootClass]: envelope.rootClass,
      [headerNames.finalClass]: envelope.finalClass,
      [headerNames.id]: envelope.id,
      [headerNames.op]: envelope.op,
      [headerNames.channel]: envelope.channel,
      [headerNames.runId]: envelope.runId,
      [headerNames.chunkId]: envelope.chunkId,
      [headerNames.observedAt]: envelope.observedAt.toISOString(),
    },
  };
}
