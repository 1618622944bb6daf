import type pg from 'pg';
import type { Broker } from './broker.ts';
import { openInlineBroker } from './inline-broker.ts';
import { openKafkaBroker } from './kafka-broker.ts';

/** Kafka where brokers are configured, else this process. */
export async function openBroker(brokers: readonly string[], pool: pg.Pool): Promise<Broker> {
  return brokers.length === 0 ? openInlineBroker(pool) : openKafkaBroker(brokers, pool);
}
