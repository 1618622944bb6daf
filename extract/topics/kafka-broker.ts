import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Message } from 'kafkajs';
import type pg from 'pg';
import { FailedError } from '../../platform/errors.ts';
import type { Envelope } from '../envelope.ts';
import { type KafkaSink, openKafkaSink } from '../landing/kafka-sink.ts';
import { lagOf } from '../landing/lag.ts';
import { recordOfEnvelope } from '../landing/record-of-envelope.ts';
import { type Broker, topicOf } from './broker.ts';
import { kafkaClient } from './kafka-client.ts';
import { messageOf } from './kafka-message.ts';
import { ensureKafkaTopics, largestBatchBytes } from './kafka-topics.ts';

/** Bytes sent at once: before compression below what a topic takes, whatever the compression yields. */
const sendBytes = largestBatchBytes / 2;

/** How often the landed offsets are looked at while waiting for them. */
const waitMs = 200;

/**
 * Topics in Apache Kafka. `publish` resolves when all in-sync replicas have the records. What was published is landed by a sink
 * within this process, shared with the sinks that `land` started elsewhere.
 */
export async function openKafkaBroker(brokers: readonly string[], pool: pg.Pool): Promise<Broker> {
  const kafka = kafkaClient(brokers);
  const admin = kafka.admin();
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await admin.connect();
  const { clusterId } = await admin.describeCluster();
  await producer.connect();
  const topics = new Set<string>();
  let sink: KafkaSink | undefined;

  async function send(records: readonly { readonly topic: string; readonly message: Message }[]): Promise<void> {
    const byTopic = new Map<string, Message[]>();
    for (const { topic, message } of records) {
      const messages = byTopic.get(topic) ?? [];
      byTopic.set(topic, messages);
      messages.push(message);
    }
    await producer.sendBatch({
      acks: -1,
      compression: kafkajs.CompressionTypes.ZSTD,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
  }

  return {
    id: clusterId,
    async ensureTopics(rootClasses) {
      const named = rootClasses.map(topicOf);
      await ensureKafkaTopics(admin, named);
      for (const topic of named) topics.add(topic);
      sink ??= await openKafkaSink({ kafka, brokerId: clusterId, pool, topics: () => Promise.resolve([...topics]) });
    },
    async publish(envelopes) {
      for (const records of inSends(envelopes)) await send(records);
    },
    async landed() {
      for (;;) {
        sink?.throwIfFailed();
        const lag = await lagOf(admin, pool, clusterId, [...topics]);
        if (lag.every(({ behind }) => behind <= 0)) return;
        await pause(waitMs);
      }
    },
    async close() {
      await sink?.close();
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}

/** Cuts records into sends by their bytes, in order. */
function* inSends(envelopes: readonly Envelope[]): Generator<{ topic: string; message: Message }[]> {
  let records: { topic: string; message: Message }[] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    const record = recordOfEnvelope(envelope);
    const { key, value } = record;
    if (value.length > sendBytes) throw tooLarge(key, value.length);
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

function tooLarge(key: string, bytes: number): FailedError {
  return new FailedError(`${key} has ${bytes} bytes; a topic takes ${sendBytes}.`, {
    stage: 'topics',
    nextStep: 'Extract without Kafka (unset KAFKA_BROKERS): records of any size are landed then.',
  });
}
