import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Message } from 'kafkajs';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { type Broker, topicOf } from '../topics/broker.ts';
import type { Envelope } from '../topics/envelope.ts';
import { messageOf } from '../topics/kafka-message.ts';
import { ensureKafkaTopics, largestBatchBytes } from '../topics/kafka-topics.ts';
import { connectKafka, endConnections } from '../topics/kafkajs-workarounds.ts';
import { recordOfEnvelope } from '../topics/record-of-envelope.ts';
import { RecreatedTopicError } from './errors.ts';
import { type KafkaSink, openKafkaSink } from './kafka-sink.ts';
import { lagOf, landedOffsets } from './lag.ts';
import { storeLarge } from './large-records.ts';
import { SinkHealth } from './sink-health.ts';

/** Bytes sent at once: before compression below what a topic takes, whatever the compression yields. */
const sendBytes = largestBatchBytes / 2;

/** How often the landed offsets are looked at while waiting for them. */
const waitMs = 200;

/**
 * Topics in Apache Kafka. `publish` resolves when all in-sync replicas have the records. What was published is landed by a sink
 * within this process, shared with the sinks that `land` started elsewhere.
 */
export async function openKafkaBroker(brokers: readonly string[], pool: pg.Pool, blobs: BlobStore): Promise<Broker> {
  const { kafka, admin } = await connectKafka(brokers);
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  const opened = Promise.all([admin.describeCluster(), producer.connect()]);
  // What stays connected keeps the process from ending.
  const [{ clusterId }] = await opened.catch((error: unknown) => {
    endConnections(kafka);
    throw error;
  });
  const topics = new Set<string>();
  /** Highest offset of each partition that was landed before, or published here: what is published next comes above it. */
  const highest = new Map<string, bigint>();
  let sink: KafkaSink | undefined;

  async function send(records: readonly { readonly topic: string; readonly message: Message }[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, message } of records) {
      const messages = byTopic.get(topic) ?? [];
      byTopic.set(topic, messages);
      messages.push(message);
    }
    const sent = await producer.sendBatch({
      acks: -1,
      compression: kafkajs.CompressionTypes.ZSTD,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
    for (const { topicName, partition, baseOffset } of sent) {
      const place = `${topicName}/${partition}`;
      const first = BigInt(baseOffset ?? -1);
      if (first <= (highest.get(place) ?? -1n)) throw new RecreatedTopicError(place);
      highest.set(place, first);
    }
  }

  async function hasLanded(): Promise<boolean> {
    const existing = new Set(await admin.listTopics());
    // A topic that is gone or shorter than what was landed of it is the sink's matter: it ends with words.
    if (![...topics].every((topic) => existing.has(topic))) return false;
    const lag = await lagOf(admin, pool, clusterId, [...topics]);
    return lag.every(({ behind }) => behind === 0);
  }

  return {
    id: clusterId,
    async ensureTopics(rootClasses) {
      const named = rootClasses.map(topicOf);
      await ensureKafkaTopics(admin, named);
      for (const topic of named) topics.add(topic);
      for (const [place, { offset }] of await landedOffsets(pool, clusterId, named)) {
        if (!highest.has(place)) highest.set(place, offset);
      }
      sink ??= await openKafkaSink({
        ...{ kafka, brokerId: clusterId, pool, blobs },
        topics: (existing) => existing.filter((topic) => topics.has(topic)),
      });
    },
    async publish(envelopes) {
      for await (const records of inSends(envelopes, blobs)) await send(records);
    },
    async landed() {
      // A broker that is busy, or restarts, is borne for as long as the sink bears it.
      const health = new SinkHealth();
      for (;;) {
        sink?.throwIfFailed();
        health.throwIfFailed();
        try {
          if (await hasLanded()) return;
          health.progressed();
        } catch (error) {
          health.troubled(error);
        }
        await pause(waitMs);
      }
    },
    async close() {
      await sink?.close();
      await producer.disconnect();
      await admin.disconnect();
      endConnections(kafka);
    },
  };
}

/** Cuts records into sends by their bytes, in order; what is too large for one goes by reference. */
async function* inSends(
  envelopes: readonly Envelope[],
  blobs: BlobStore,
): AsyncGenerator<{ topic: string; message: Message }[]> {
  let records: { topic: string; message: Message }[] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    const small = recordOfEnvelope(envelope);
    const record = small.value.length > sendBytes ? await storeLarge(small, blobs) : small;
    const { value } = record;
    if (bytes + value.length > sendBytes) {
      yield records;
      records = [];
      bytes = 0;
    }
    bytes += value.length;
    records.push({ topic: topicOf(envelope.rootClass), message: messageOf(record) });
  }
  if (records.length > 0) yield records;
}
