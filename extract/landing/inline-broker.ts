import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { type Broker, topicOf } from '../topics/broker.ts';
import type { Envelope } from '../topics/envelope.ts';
import { recordOfEnvelope } from '../topics/record-of-envelope.ts';
import type { LandingRecord } from '../topics/topic-record.ts';
import { landBatch } from './land-batch.ts';
import { rootClassReader } from './root-classes.ts';

/** Two partitions, each landed by a connection of its own: more bring nothing on the machines this runs on. */
const partitionCount = 2;

/** Records of one landing transaction: large enough to spread its fixed cost, small enough for a flat memory. */
const batchBytes = 2 * 1024 * 1024;

interface Waiting {
  readonly topic: string;
  readonly records: readonly LandingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A broker inside this process: `publish` resolves when the landing transaction of its records committed.
 *
 * Offsets are taken from the landed offset inside that transaction, so that a restart goes on counting. Backpressure is the
 * caller's own waiting: what is published and not yet landed is all that is held.
 */
export function openInlineBroker(pool: pg.Pool): Broker {
  const queues: Waiting[][] = Array.from({ length: partitionCount }, () => []);
  const workers: (Promise<void> | undefined)[] = Array.from({ length: partitionCount });
  const rootClassesFor = rootClassReader(pool);

  async function work(partition: number): Promise<void> {
    const queue = queues[partition] ?? [];
    for (;;) {
      const group = takeGroup(queue);
      const first = group[0];
      if (first === undefined) return;
      try {
        const batch = {
          broker: 'inline',
          topic: first.topic,
          partition,
          generation: 0,
          records: group.flatMap((waiting) => waiting.records),
        };
        const rootClasses = await rootClassesFor(batch.records);
        await inTransaction(pool, (client) => landBatch(client, batch, rootClasses));
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
    }
  }

  function enqueue(partition: number, topic: string, records: readonly LandingRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      queues[partition]?.push({ topic, records, resolve, reject });
      workers[partition] ??= work(partition).finally(() => {
        workers[partition] = undefined;
      });
    });
  }

  return {
    id: 'inline',
    ensureTopics: async () => undefined,
    async publish(envelopes) {
      const landings: Promise<void>[] = [];
      for (const [topic, records] of byTopic(envelopes)) {
        for (let partition = 0; partition < partitionCount; partition++) {
          const own = records.filter((record) => partitionOf(record.key) === partition);
          if (own.length > 0) landings.push(enqueue(partition, topic, own));
        }
      }
      await Promise.all(landings);
    },
    // A publication resolves when it is landed.
    landed: async () => undefined,
    close: async () => {
      await Promise.all(workers);
    },
  };
}

/** The first waiting records and those behind them of the same topic, up to the size of a batch. */
function takeGroup(queue: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  let bytes = 0;
  while (queue[0] !== undefined && queue[0].topic === (group[0] ?? queue[0]).topic && bytes < batchBytes) {
    const waiting = queue.shift() as Waiting;
    group.push(waiting);
    bytes += waiting.records.reduce((sum, record) => sum + record.value.length, 0);
  }
  return group;
}

function byTopic(envelopes: readonly Envelope[]): Map<string, LandingRecord[]> {
  const topics = new Map<string, LandingRecord[]>();
  for (const envelope of envelopes) {
    const topic = topicOf(envelope.rootClass);
    const records = topics.get(topic);
    if (records === undefined) topics.set(topic, [recordOfEnvelope(envelope)]);
    else records.push(recordOfEnvelope(envelope));
  }
  return topics;
}

/** Fixed for a key, so that its records stay in order. */
function partitionOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return (hash >>> 0) % partitionCount;
}
