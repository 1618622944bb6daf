import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../platform/blob-store.ts';
import { type LandingRecord, payloadBlobHeader } from '../topics/topic-record.ts';

/**
 * Gives the record that travels in place of one that is too large for a topic: it holds a reference to the payload, which lies in
 * the blob store before the record is sent.
 */
export async function storeLarge(record: LandingRecord, store: BlobStore): Promise<LandingRecord> {
  const { hash } = await store.put(Readable.from([record.value]));
  return {
    ...record,
    value: Buffer.alloc(0),
    headers: { ...record.headers, [payloadBlobHeader]: hash.toString('hex') },
  };
}

/** Whether the payload of a record lies in the blob store. */
export function isByReference(record: LandingRecord): boolean {
  return record.headers[payloadBlobHeader] !== undefined;
}

/**
 * Gives the record with the payload that it refers to. Where the store does not hold it the record stays as it is, and landing
 * keeps it as a dead letter.
 */
export async function restoreLarge(record: LandingRecord, store: BlobStore): Promise<LandingRecord> {
  const { [payloadBlobHeader]: reference, ...headers } = record.headers;
  if (reference === undefined || !/^[0-9a-f]{64}$/.test(reference)) return record;
  const hash = Buffer.from(reference, 'hex');
  if (!(await store.has(hash))) return record;
  return { ...record, headers, value: await buffer(store.read(hash)) };
}
