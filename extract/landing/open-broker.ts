import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import type { Broker } from '../topics/broker.ts';
import { openInlineBroker } from './inline-broker.ts';
import { openKafkaBroker } from './kafka-broker.ts';

/** Kafka where brokers are configured, else this process. The store takes what is too large for a topic. */
export async function openBroker(brokers: readonly string[], pool: pg.Pool, blobs: BlobStore): Promise<Broker> {
  return brokers.length === 0 ? openInlineBroker(pool) : openKafkaBroker(brokers, pool, blobs);
}
