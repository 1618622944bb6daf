import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { inTransaction } from '../../platform/database.ts';
import { FailedError, messageOf, RefusedError } from '../../platform/errors.ts';
import { recordOfMessage } from '../topics/kafka-message.ts';
import type { LandingRecord, NumberedRecord } from '../topics/topic-record.ts';
import { OffsetGapError, RecordsGoneError, RecreatedTopicError, TopicGoneError } from './errors.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { landBatch } from './land-batch.ts';
import { isByReference, restoreLarge } from './large-records.ts';
import { PartitionLeases } from './partition-leases.ts';
import { rootClassReader } from './root-classes.ts';

export interface KafkaSinkRequest {
  readonly kafka: Kafka;
  readonly brokerId: string;
  readonly pool: pg.Pool;
  /** Holds what was too large for a topic. */
  readonly blobs: BlobStore;
  /** Which of the existing topics to land; asked again and again, so that new ones are taken up. */
  readonly topics: (existing: readonly string[]) => readonly string[];
  /** Read the topics from their first offsets: what is landed already is dropped by the fence. */
  readonly isReplay?: boolean;
  /** Milliseconds after which a partition that has records and does not move gets a new consumer. */
  readonly stallMs?: number;
}

export interface KafkaSink {
  /** Records landed and records that had been landed before, since the start. */
  readonly counts: { landed: number; repeated: number };
  /** How far landing is behind, partition by partition. */
  lags(): Promise<readonly PartitionLag[]>;
  /** True when every partition was read to its end (also from the start, in a replay) by some sink. */
  isDrained(lags: readonly PartitionLag[]): boolean;
  throwIfFailed(): void;
  close(): Promise<void>;
}

const tickMs = 500;

/** Looks at a topic that is gone, or shorter than what was landed of it, before a broker that just came back is believed. */
const shortTicks = 12;

/** A partition that has records and does not move for this long: kafkajs is known to stop without an error. */
const usualStallMs = 30_000;

/** Fetches that follow each other within this time while more is waiting are of one topic: it cannot be made anew in between and be longer. */
const continuousMs = 2_000;

/** A partition without new records is compared with what was landed of it this often. */
const compareMs = 10_000;

/** Bytes landed in one transaction, where records came by reference. */
const transactionBytes = 8 * 1024 * 1024;

/** How long a consumer that is replaced may take to end. */
const leaveMs = 5_000;

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
  /** First offset that the topic holds. */
  low: bigint;
  readonly generation: number;
  movedAt: number;
  /** When records, or the last landed one again, came from Kafka. */
  fetchedAt: number;
  /** Whether more was waiting behind them. */
  isBehind: boolean;
  /** Whether the next batch begins with the last landed record, to be compared. */
  isComparing: boolean;
  last: NumberedRecord | undefined;
}

/**
 * Lands topics. Its consumer group is its own at every start and holds no offsets, so that a killed sink leaves no session to
 * wait for: which partitions it lands is leased in Postgres, and where it starts is the landed offset.
 *
 * kafkajs does not see that a topic was deleted and made anew. So a partition is read again from its last landed record, which is
 * compared, before anything else is landed: when it is assigned, and whenever the fetch before was not just now with more waiting.
 * An idle partition is compared every few seconds. Another record at that place, none, or a topic that is gone ends the sink.
 */
export async function openKafkaSink(request: KafkaSinkRequest): Promise<KafkaSink> {
  const { kafka, brokerId, pool, stallMs = usualStallMs } = request;
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
  const known = new Set<string>();
  const goneFor = new Map<string, number>();
  let failure: unknown;
  let troubledSince: number | undefined;
  let isClosing = false;
  let lookNow = (): void => undefined;

  function troubled(error: unknown): void {
    if (isClosing) return;
    if (error instanceof RefusedError) failure ??= error;
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
    // One that hangs waits in vain for its own work: the fence holds should that come to life again.
    const left = former?.disconnect().catch(() => undefined);
    await Promise.race([left, pause(leaveMs, undefined, { ref: false })]);
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
    const { topic, partition } = batch;
    const name = `${topic}/${partition}`;
    const position = positions.get(name);
    const first = batch.messages[0];
    const last = batch.messages.at(-1);
    if (position === undefined || !leases.has(name) || !isRunning() || isStale()) return;
    if (first === undefined || last === undefined || failure !== undefined) return;
    const again = recordOfMessage(first);
    const known = position.last;
    // Positions only move forward: kafkajs goes back by itself only where the topic no longer holds the offset.
    const hasGoneBack = again.offset < position.next;
    if (hasGoneBack || (known?.offset === again.offset && !isSame(known, again))) {
      positions.delete(name);
      return troubled(new RecreatedTopicError(name));
    }
    if (!position.isComparing && !isContinuous(position)) return compare(topic, partition, position);
    position.isComparing = false;
    position.fetchedAt = Date.now();
    position.isBehind = BigInt(last.offset) + 1n < BigInt(batch.highWatermark);
    position.last = { ...recordOfMessage(last), value: Buffer.alloc(0) };
    position.next = BigInt(last.offset) + 1n;
    resolveOffset(last.offset);
    if (known !== undefined && known.offset === position.last.offset) return;
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
      for await (const part of inTransactions(records)) {
        const landed = await inTransaction(pool, (client) =>
          landBatch(client, { ...place, records: part }, rootClasses),
        );
        counts.repeated += landed.repeated;
        counts.landed += part.length - landed.repeated;
      }
      position.landed = BigInt(messages.at(-1)?.offset ?? -1) + 1n;
      position.movedAt = Date.now();
      troubledSince = undefined;
    } catch (error) {
      // Sought anew from the landed offset at the next tick, whatever went wrong.
      if (positions.get(name) === position) positions.delete(name);
      if (!(error instanceof OffsetGapError)) troubled(error);
    }
  }

  function isContinuous(position: Position): boolean {
    const hasNothingToCompare = position.next <= position.low || request.isReplay === true;
    return hasNothingToCompare || (position.isBehind && Date.now() - position.fetchedAt < continuousMs);
  }

  /** Reads the last landed record again, to see whether the topic is still the one that was landed. */
  function compare(topic: string, partition: number, position: Position): void {
    position.next -= 1n;
    position.isComparing = true;
    position.fetchedAt = Date.now();
    consumer?.seek({ topic, partition, offset: String(position.next) });
  }

  /** Cuts a batch where records that travelled by reference make it too large for one transaction. */
  async function* inTransactions(records: readonly LandingRecord[]): AsyncGenerator<readonly LandingRecord[]> {
    let part: LandingRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const whole = isByReference(record) ? await restoreLarge(record, request.blobs) : record;
      bytes += whole.value.length;
      if (bytes > transactionBytes && part.length > 0) {
        yield part;
        part = [];
        bytes = whole.value.length;
      }
      part.push(whole);
    }
    yield part;
  }

  function seek(lag: PartitionLag): void {
    const { topic, partition, landed, low } = lag;
    const name = `${topic}/${partition}`;
    if (low > landed + 1n && request.isReplay !== true) throw new RecordsGoneError(name, landed + 1n, low);
    // The last landed record comes once more, to be compared.
    const from = request.isReplay === true || landed < low ? low : landed;
    const now = Date.now();
    positions.set(name, {
      ...{ next: from, landed: from, low, generation: lag.generation, movedAt: now, fetchedAt: now },
      ...{ isBehind: false, isComparing: true, last: undefined },
    });
    consumer?.seek({ topic, partition, offset: String(from) });
    consumer?.resume([{ topic, partitions: [partition] }]);
  }

  /** A topic that was landed from and is not there any more; it is not asked for, since kafkajs would ask for long. */
  function missing(existing: readonly string[]): void {
    for (const topic of known) {
      const ticks = existing.includes(topic) ? 0 : (goneFor.get(topic) ?? 0) + 1;
      goneFor.set(topic, ticks);
      if (ticks > shortTicks) throw new TopicGoneError(topic);
    }
  }

  async function tick(): Promise<void> {
    const existing = await admin.listTopics();
    missing(existing);
    const topics = [...request.topics(existing)].sort();
    if (topics.length === 0) return;
    if (topics.join() !== subscribed.join()) await startConsumer(topics);
    for (const topic of topics) known.add(topic);
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
        continue;
      }
      if (position === undefined) {
        seek(lag);
        continue;
      }
      position.low = lag.low;
      if (lag.behind <= 0) {
        position.movedAt = Date.now();
        const isDue = !position.isComparing && Date.now() - position.fetchedAt > compareMs;
        if (isDue && !isContinuous(position)) compare(lag.topic, lag.partition, position);
      } else if (Date.now() - position.movedAt > stallMs) {
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
    async lags() {
      return lagOf(admin, pool, brokerId, request.topics(await admin.listTopics()));
    },
    isDrained: (lags) =>
      // A topic that is gone is not drained.
      [...known].every((topic) => lags.some((lag) => lag.topic === topic)) &&
      lags.every((lag) => {
        const next = positions.get(`${lag.topic}/${lag.partition}`)?.landed;
        return lag.behind === 0 && (request.isReplay !== true || lag.end === lag.low || next === lag.end);
      }),
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

function isSame(one: LandingRecord, other: LandingRecord): boolean {
  return one.key === other.key && one.time.getTime() === other.time.getTime();
}
