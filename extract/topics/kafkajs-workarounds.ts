import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin, type Consumer, type EachBatchHandler, type Kafka } from 'kafkajs';
// Both are no part of kafkajs' own surface: its version is pinned, and tests hold what is done with them below.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import Lock from 'kafkajs/src/utils/lock.js';
import { FailedError, messageOf } from '../../platform/errors.ts';
import { kafkaFailure } from '../../platform/kafka-failure.ts';
import { zstdCodec } from './zstd-codec.ts';

/**
 * Everything that is done because of how kafkajs behaves, each with its reason. That it builds the object of a message's headers for
 * each of them is met in `kafka-message.ts`; that it does not see a topic that was deleted and recreated, in `LandingPartition`. What
 * it throws is put into words in `platform/kafka-failure.ts`.
 */

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

/**
 * After each answer kafkajs starts a timer that looks for waiting requests, also where none waits and no broker asked for a pause. Its
 * delay is then the time since 1970, negative: Node takes that for one millisecond, and prints a TimeoutNegativeWarning.
 */
const { scheduleCheckPendingRequests } = RequestQueue.prototype;
RequestQueue.prototype.scheduleCheckPendingRequests = function (): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) scheduleCheckPendingRequests.call(this);
};

/** How long a request waits for one before it that the broker is slow to answer, or that connects to it again. */
const maxLockWaitMs = 120_000;

/**
 * Requests wait at a lock while another connects to a broker or asks for a new topic. kafkajs lets them wait for less time than it gives
 * the one that holds the lock, which makes 20 attempts of up to 30 s: a busy broker, or one that restarts, would fail all that wait. So
 * they wait on. The holder always comes to an end, and lets the next one go.
 */
const { acquire } = Lock.prototype;
Lock.prototype.acquire = async function (): Promise<void> {
  const deadline = performance.now() + maxLockWaitMs;
  for (;;) {
    try {
      return await acquire.call(this);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
};

interface Connections {
  readonly open: Set<Socket>;
  isOver: boolean;
}

const connectionsOf = new WeakMap<Kafka, Connections>();

/** In kafkajs one second, which a busy machine needs at times before this process reads that it is connected. */
const connectMs = 5_000;

/**
 * A client that outlives a restart of the broker: with kafkajs' five retries a longer outage would end the consumer. kafkajs brings no
 * zstd, and keeps its sockets to itself: they are opened here, so that `endConnections` can end them.
 */
export function kafkaClient(brokers: readonly string[], retries = 20): Kafka {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
  const connections: Connections = { open: new Set(), isOver: false };
  const kafka = new KafkaClient({
    clientId: 'itop-to-intercom',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: connectMs,
    retry: { retries, maxRetryTime: 2_000 },
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: 60_000 }, onConnect);
      connections.open.add(socket);
      socket.once('close', () => connections.open.delete(socket));
      if (connections.isOver) end(socket);
      return socket;
    },
  });
  connectionsOf.set(kafka, connections);
  return kafka;
}

/**
 * Ends every connection of a client whose producers, consumers and admins are disconnected. A connection that kafkajs was just opening
 * again, after a restart of the broker, when it was disconnected belongs to nobody any more: it stays open, and its timers keep the
 * process from ending.
 */
export function endConnections(kafka: Kafka): void {
  const connections = connectionsOf.get(kafka);
  if (connections === undefined) return;
  connections.isOver = true;
  for (const socket of connections.open) end(socket);
}

/** How long a command waits at its start for a broker that is just starting. */
const startMs = 40_000;
const betweenAttemptsMs = 500;

/**
 * A client of a cluster that answers, and its admin. kafkajs' own attempts to connect would go on, unseen and with nothing to end them,
 * for minutes where an address takes connections and says nothing.
 *
 * Throws FailedError where no broker answers within `waitMs` milliseconds.
 */
export async function connectKafka(
  brokers: readonly string[],
  waitMs = startMs,
): Promise<{ readonly kafka: Kafka; readonly admin: Admin }> {
  const deadline = performance.now() + waitMs;
  while (!(await answers(brokers, deadline))) await pause(betweenAttemptsMs);
  const kafka = kafkaClient(brokers);
  const admin = kafka.admin();
  try {
    await admin.connect();
    return { kafka, admin };
  } catch (error) {
    endConnections(kafka);
    throw error;
  }
}

/** One attempt. Throws FailedError when it fails and no other is to follow. */
async function answers(brokers: readonly string[], deadline: number): Promise<boolean> {
  const kafka = kafkaClient(brokers, 0);
  const over = new AbortController();
  const tooLate = pause(deadline - performance.now(), undefined, { signal: over.signal }).then(() => {
    throw Object.assign(new Error(`${brokers.join(', ')} did not answer in time`), { name: 'KafkaJSTimeout' });
  });
  try {
    await Promise.race([kafka.admin().connect(), tooLate]);
    return true;
  } catch (error) {
    const failure = kafkaFailure(error);
    if (failure?.isRetriable === true && performance.now() < deadline - betweenAttemptsMs) return false;
    throw failure ?? error;
  } finally {
    over.abort();
    endConnections(kafka);
  }
}

/** With an error, because kafkajs stops the timers of a connection at an error or the other side's end, and not at a close. */
function end(socket: Socket): void {
  socket.destroy(new Error('The client is disconnected.'));
}

const leaderTimeoutMs = 10_000;
/** A busy broker takes this long for some hundred new partitions at once. */
const newLeaderTimeoutMs = 60_000;
const leaderWaitMs = 200;

/**
 * A topic's first and next offsets. A partition that was just made, or whose broker just came back, may have no leader yet, and
 * kafkajs does not retry that. Throws FailedError where none is found in time.
 */
export async function endsOf(
  admin: Admin,
  topic: string,
  timeoutMs = leaderTimeoutMs,
): ReturnType<Admin['fetchTopicOffsets']> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      const failure = kafkaFailure(error);
      if (failure?.isRetriable !== true) throw error;
      if (performance.now() > deadline) {
        throw new FailedError(`Kafka does not give the offsets of the topic ${topic}: ${messageOf(failure)}`, {
          stage: 'kafka',
          nextStep:
            'Look whether all brokers are up, then start the same command again: it continues where it stopped.',
          isRetriable: true,
          cause: error,
        });
      }
      await pause(leaderWaitMs);
    }
  }
}

/** Creates topics. kafkajs' own wait for leaders fails where the broker that it asks does not know the new topic yet. */
export async function createTopics(
  admin: Admin,
  topics: NonNullable<Parameters<Admin['createTopics']>[0]>['topics'],
): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics });
  for (const { topic } of topics) await endsOf(admin, topic, newLeaderTimeoutMs);
}

/** A partition that has records and does not move for this long gets a new consumer: kafkajs is known to stop without an error. */
export const usualStallMs = 30_000;

/**
 * Compressed bytes of a partition in one answer: several times as many once read, and one transaction. At four times as many the
 * messages outlive the young generation of the heap, and reading them costs half as much again.
 */
const fetchBytes = 128 * 1024;

/** How long a consumer that is replaced may take to end. */
const leaveMs = 5_000;

export interface ConsumerHandlers {
  /** Partitions worked on at once. */
  readonly concurrency: number;
  readonly onBatch: EachBatchHandler;
  /** After each join kafkajs starts every partition at offset 0, for the group holds no offsets: all are to be sought again. */
  readonly onJoin: () => void;
  /** kafkajs gave up: another consumer is needed. */
  readonly onCrash: (crashed: Consumer) => void;
}

/**
 * A running consumer in a group of its own, which stores no offsets: a killed process leaves no session to wait for, and where a
 * partition starts is not the group's matter.
 */
export async function startConsumer(
  kafka: Kafka,
  topics: readonly string[],
  { concurrency, onBatch, onJoin, onCrash }: ConsumerHandlers,
): Promise<Consumer> {
  const consumer = kafka.consumer({
    groupId: `itop-to-intercom-${randomUUID()}`,
    maxBytesPerPartition: fetchBytes,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
  });
  consumer.on(consumer.events.GROUP_JOIN, onJoin);
  consumer.on(consumer.events.CRASH, () => onCrash(consumer));
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: concurrency,
    eachBatch: onBatch,
  });
  return consumer;
}

/** Ends a consumer. One that hangs waits in vain for its own work and is left to itself: the fence holds should it come to life again. */
export async function leaveConsumer(consumer: Consumer | undefined): Promise<void> {
  const left = consumer?.disconnect().catch(() => undefined);
  await Promise.race([left, pause(leaveMs, undefined, { ref: false })]);
}
