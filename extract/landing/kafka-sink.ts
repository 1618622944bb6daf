import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type pg from 'pg';
import { inTransaction } from '../../platform/database.ts';
import { FailedError, messageOf } from '../../platform/errors.ts';
import { recordOfMessage } from '../topics/kafka-message.ts';
import { OffsetGapError, RecordsGoneError, RecreatedTopicError } from './errors.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { landBatch } from './land-batch.ts';
import { PartitionLeases } from './partition-leases.ts';
import { rootClassReader } from './root-classes.ts';

export interface KafkaSinkRequest {
  readonly kafka: Kafka;
  readonly brokerId: string;
  readonly pool: pg.Pool;
  /** Topics to land; asked again and again, so that new ones are taken up. */
  readonly topics: () => Promise<readonly string[]>;
  /** Read the topics from their first offsets: what is landed already is dropped by the fence. */
  readonly isReplay?: boolean;
}

export interface KafkaSink {
  /** Records landed and records that had been landed before, since the start. */
  readonly counts: { landed: number; repeated: number };
  /** True when every partition was read to its end (also from the start, in a replay) by some sink. */
  isDrained(): Promise<boolean>;
  throwIfFailed(): void;
  close(): Promise<void>;
}

const tickMs = 500;

/** Looks at a topic that is shorter than what was landed of it, before it is taken for another one. */
const shortTicks = 6;

/** A partition that has records and does not move for this long: kafkajs is known to stop without an error. */
const stallMs = 30_000;

/** How long Postgres may be away before the sink ends. */
const patienceMs = 120_000;

/**
 * Connections that land at a time, each always the same partitions, so that offsets only move forward. More bring nothing where
 * Postgres shares few cores.
 */
const laneCount = 2;

/**
 * Compressed bytes of a partition in one answer: several times as many once read, and one transaction. At four times as many the
 * messages outlive the young generation of the heap, and reading them costs half as much again.
 */
const fetchBytes = 128 * 1024;

interface Position {
  /** Lowest offset that may come next. */
  next: bigint;
  /** The same for what is landed. */
  landed: bigint;
  generation: number;
  movedAt: number;
}

/**
 * Lands topics. Its consumer group is its own at every start and holds no offsets, so that a killed sink leaves no session to
 * wait for: which partitions it lands is leased in Postgres, and where it starts is the landed offset.
 *
 * Each partition is read again from its last landed record, which the fence compares: a topic that was deleted and made anew is
 * refused instead of being taken for the old one.
 */
export async function openKafkaSink(request: KafkaSinkRequest): Promise<KafkaSink> {
  const { kafka, brokerId, pool } = request;
  const admin = kafka.admin();
  await admin.connect();
  const leases = new PartitionLeases(pool, brokerId);
  const positions = new Map<string, Position>();
  const shortFor = new Map<string, number>();
  const counts = { landed: 0, repeated: 0 };
  const rootClassesFor = rootClassReader(pool);
  const lanes: Promise<void>[] = Array.from({ length: laneCount }, () => Promise.resolve());
  let consumer: Consumer | undefined;
  let subscribed: readonly string[] = [];
  let failure: unknown;
  let troubledSince: number | undefined;
  let isClosing = false;
  let lookNow = (): void => undefined;

  function troubled(error: unknown): void {
    if (isClosing) return;
    if (error instanceof RecreatedTopicError || error instanceof RecordsGoneError) failure ??= error;
    troubledSince ??= Date.now();
    if (Date.now() - troubledSince < patienceMs) return;
    failure ??= new FailedError(`Landing made no progress: ${messageOf(error)}`, {
      stage: 'landing',
      nextStep: 'Start it again when Kafka and Postgres answer: it goes on where it stopped.',
      isRetriable: true,
      cause: error,
    });
  }

  async function stopConsumer(): Promise<void> {
    const former = consumer;
    consumer = undefined;
    positions.clear();
    await former?.disconnect().catch(() => undefined);
  }

  async function startConsumer(topics: readonly string[]): Promise<void> {
    await stopConsumer();
    const started = kafka.consumer({
      groupId: `itop-to-intercom-${randomUUID()}`,
      maxBytesPerPartition: fetchBytes,
      maxWaitTimeInMs: 200,
      allowAutoTopicCreation: false,
    });
    // After each join kafkajs starts at offset 0, for this group holds no offsets: every partition is sought anew.
    started.on(started.events.GROUP_JOIN, () => {
      positions.clear();
      lookNow();
    });
    started.on(started.events.CRASH, () => {
      if (consumer === started) subscribed = [];
    });
    await started.connect();
    await started.subscribe({ topics: [...topics], fromBeginning: true });
    await started.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 2 * laneCount,
      eachBatch: landFetched,
    });
    consumer = started;
    subscribed = topics;
  }

  /** Hands a batch to its connection and returns when the one before is landed: the next is fetched while this one commits. */
  async function landFetched({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const name = `${batch.topic}/${batch.partition}`;
    const position = positions.get(name);
    const first = batch.messages[0];
    const last = batch.messages.at(-1);
    if (position === undefined || !leases.has(name) || !isRunning() || isStale()) return;
    if (first === undefined || last === undefined || failure !== undefined) return;
    // Positions only move forward: kafkajs goes back by itself only where the topic no longer holds the offset.
    if (BigInt(first.offset) < position.next) {
      positions.delete(name);
      troubled(new RecreatedTopicError(name));
      return;
    }
    position.next = BigInt(last.offset) + 1n;
    resolveOffset(last.offset);
    const lane = batch.partition % laneCount;
    const before = lanes[lane];
    lanes[lane] = Promise.resolve(before).then(() => land(name, position, batch));
    await before;
    await heartbeat();
  }

  async function land(name: string, position: Position, { topic, partition, messages }: Batch): Promise<void> {
    // What was fetched before the partition was sought anew comes again.
    if (positions.get(name) !== position || !leases.has(name)) return;
    try {
      const records = messages.map(recordOfMessage);
      const rootClasses = await rootClassesFor(records);
      const place = { broker: brokerId, topic, partition, generation: position.generation };
      const landed = await inTransaction(pool, (client) => landBatch(client, { ...place, records }, rootClasses));
      counts.repeated += landed.repeated;
      counts.landed += records.length - landed.repeated;
      position.landed = BigInt(messages.at(-1)?.offset ?? -1) + 1n;
      position.movedAt = Date.now();
      troubledSince = undefined;
    } catch (error) {
      // Sought anew from the landed offset at the next tick, whatever went wrong.
      if (positions.get(name) === position) positions.delete(name);
      if (!(error instanceof OffsetGapError)) troubled(error);
    }
  }

  function seek(lag: PartitionLag): void {
    const { topic, partition, landed, low } = lag;
    const name = `${topic}/${partition}`;
    if (low > landed + 1n && request.isReplay !== true) throw new RecordsGoneError(name, landed + 1n, low);
    // The last landed record comes once more, to be compared.
    const from = request.isReplay === true || landed < low ? low : landed;
    positions.set(name, { next: from, landed: from, generation: lag.generation, movedAt: Date.now() });
    consumer?.seek({ topic, partition, offset: String(from) });
    consumer?.resume([{ topic, partitions: [partition] }]);
  }

  async function tick(): Promise<void> {
    const topics = [...(await request.topics())].sort();
    if (topics.length === 0) return;
    if (topics.join() !== subscribed.join()) {
      await startConsumer(topics);
    }
    const lags = await lagOf(admin, pool, brokerId, topics);
    await leases.balance(lags.map((lag) => `${lag.topic}/${lag.partition}`));
    for (const lag of lags) {
      const name = `${lag.topic}/${lag.partition}`;
      const position = positions.get(name);
      // A broker that comes back may state an older end for a moment.
      const short = lag.end <= lag.landed ? (shortFor.get(name) ?? 0) + 1 : 0;
      shortFor.set(name, short);
      if (short > shortTicks) throw new RecreatedTopicError(name);
      if (short > 0) continue;
      if (!leases.has(name)) {
        positions.delete(name);
        consumer?.pause([{ topic: lag.topic, partitions: [lag.partition] }]);
      } else if (position === undefined) seek(lag);
      else if (lag.behind <= 0) position.movedAt = Date.now();
      else if (Date.now() - position.movedAt > stallMs) {
        subscribed = [];
        break;
      }
    }
  }

  const ticking = (async () => {
    while (!isClosing && failure === undefined) {
      await tick().catch(troubled);
      const called = new Promise<void>((resolve) => {
        lookNow = resolve;
      });
      await Promise.race([pause(tickMs), called]);
    }
  })();

  return {
    counts,
    throwIfFailed() {
      if (failure !== undefined) throw failure;
    },
    async isDrained() {
      const lags = await lagOf(admin, pool, brokerId, await request.topics());
      return lags.every((lag) => {
        const next = positions.get(`${lag.topic}/${lag.partition}`)?.landed;
        return lag.behind === 0 && (request.isReplay !== true || lag.end === lag.low || next === lag.end);
      });
    },
    async close() {
      isClosing = true;
      await ticking;
      await stopConsumer();
      await Promise.all(lanes);
      leases.close();
      await admin.disconnect();
    },
  };
}
