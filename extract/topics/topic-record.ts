/** A record of a topic as landing takes it: what Kafka stores, whichever broker carried it. */
export interface LandingRecord {
  /** Offset in its partition; undefined for the inline broker, which counts inside the landing transaction. */
  readonly offset?: bigint;
  readonly key: string;
  readonly time: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

/** A record with the offset it is landed at. */
export type NumberedRecord = LandingRecord & { readonly offset: bigint };

/** Records of one partition, in offset order. */
export interface LandingBatch {
  readonly broker: string;
  readonly topic: string;
  readonly partition: number;
  readonly generation: number;
  readonly records: readonly LandingRecord[];
}

/** Header names under which an envelope travels. */
export const headerNames = {
  schemaVersion: 'schema_version',
  rootClass: 'root_class',
  finalClass: 'final_class',
  id: 'id',
  op: 'op',
  channel: 'channel',
  runId: 'run_id',
  chunkId: 'chunk_id',
  observedAt: 'observed_at',
} as const;

/** Header of a record whose payload was too large for its topic: the payload's SHA-256 in the blob store; the value is empty. */
export const payloadBlobHeader = 'payload_blob';
