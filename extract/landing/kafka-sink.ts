import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { recordOfMessage } from '../topics/kafka-message.ts';
import { leaveConsumer, startConsumer, usualStallMs } from '../topics/kafkajs-workarounds.ts';
import { OffsetGapError, TopicGoneError } from './errors.ts';
import { lagOf, type PartitionLag } from './lag.ts';
import { LandingLanes, laneCount } from './landing-lanes.ts';
import { PartitionLeases } from './partition-leases.ts';
import { type Fetched, type FetchedBatch, LandingPartition, type Place } from './partition-lifecycle.ts';
import { SinkHealth } from './sink-health.ts';

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

const tickMs = 500;

/** Ticks for which a topic may be missing, before a broker that just came back is believed. */
const goneTicks = 12;

/** Opens a sink, which lands until it is closed or fails. */
export async function openKafkaSink(request: KafkaSinkRequest): Promise<KafkaSink> {
  const admin = request.kafka.admin();
  await admin.connect();
  return new KafkaSink(request, admin);
}

/**
 * Lands topics: leases partitions, keeps a consumer for them, and does at each tick what every partition needs
 * (`LandingPartition`). Which partitions it lands is leased in Postgres, and where it starts is the landed offset; the consumer
 * group holds neither. A topic that was recreated, is gone, or dropped records before they were landed ends the sink.
 */
export class KafkaSink {
  private readonly request: KafkaSinkRequest;
  private readonly admin: Admin;
  private readonly leases: PartitionLeases;
  private readonly lanes: LandingLanes;
  private readonly health = new SinkHealth();
  private readonly partitions = new Map<string, LandingPartition>();
  /** Ticks for which each topic that was subscribed once is missing. */
  private readonly goneFor = new Map<string, number>();
  private readonly ticking: Promise<void>;
  private consumer: Consumer | undefined;
  private subscribed: readonly string[] = [];
  private isClosing = false;
  private tickNow = (): void => undefined;

  constructor(request: KafkaSinkRequest, admin: Admin) {
    this.request = request;
    this.admin = admin;
    this.lanes = new LandingLanes(request.pool, request.blobs);
    this.leases = new PartitionLeases(request.pool, request.brokerId, {
      leased: (name) => this.partition(name).leased(),
      leaseLost: (name) => this.partition(name).leaseLost(),
    });
    this.ticking = this.keepTicking();
  }

  /** Records landed and records that had been landed before, since the start. */
  get counts(): { readonly landed: number; readonly repeated: number } {
    return this.lanes.counts;
  }

  /** How far landing is behind, partition by partition. */
  async lags(): Promise<readonly PartitionLag[]> {
    const { pool, brokerId, topics } = this.request;
    return lagOf(this.admin, pool, brokerId, topics(await this.admin.listTopics()));
  }

  /** True when every partition was read to its end (also from the start, in a replay) by some sink. */
  isDrained(lags: readonly PartitionLag[]): boolean {
    // A topic that is gone is not drained.
    const hasAll = [...this.goneFor.keys()].every((topic) => lags.some((lag) => lag.topic === topic));
    return (
      hasAll &&
      lags.every((lag) => {
        const isReplayed = lag.end === lag.low || this.partition(nameOf(lag)).landedBelow === lag.end;
        return lag.behind === 0 && (this.request.isReplay !== true || isReplayed);
      })
    );
  }

  throwIfFailed(): void {
    this.health.throwIfFailed();
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.ticking;
    await this.stopConsumer();
    await this.lanes.done();
    this.leases.close();
    await this.admin.disconnect();
  }

  private partition(name: string): LandingPartition {
    const known = this.partitions.get(name);
    if (known !== undefined) return known;
    const { isReplay = false, stallMs = usualStallMs } = this.request;
    const added = new LandingPartition(name, { isReplay, stallMs });
    this.partitions.set(name, added);
    return added;
  }

  private async keepTicking(): Promise<void> {
    while (!this.isClosing && !this.health.hasFailed) {
      await this.tick().catch((error: unknown) => this.troubled(error));
      const called = new Promise<void>((resolve) => {
        this.tickNow = resolve;
      });
      await Promise.race([pause(tickMs), called]);
    }
  }

  private async tick(): Promise<void> {
    const { pool, brokerId } = this.request;
    const existing = await this.admin.listTopics();
    this.refuseGoneTopics(existing);
    const topics = [...this.request.topics(existing)].sort();
    if (topics.length === 0) return;
    if (topics.join() !== this.subscribed.join()) await this.replaceConsumer(topics);
    for (const topic of topics) this.goneFor.set(topic, 0);
    const lags = await lagOf(this.admin, pool, brokerId, topics);
    await this.leases.balance(lags.map(nameOf));
    for (const lag of lags) this.lookAt(lag);
    // Of a sink that waits for records, two short outages hours apart must not count as one.
    if (lags.every(({ behind }) => behind <= 0)) this.health.progressed();
  }

  /** kafkajs would ask for a topic that is gone for long: so it is not subscribed any more, and ends the sink after some ticks. */
  private refuseGoneTopics(existing: readonly string[]): void {
    for (const [topic, ticks] of this.goneFor) {
      const gone = existing.includes(topic) ? 0 : ticks + 1;
      this.goneFor.set(topic, gone);
      if (gone > goneTicks) throw new TopicGoneError(topic);
    }
  }

  private lookAt(lag: PartitionLag): void {
    const { topic, partition } = lag;
    const look = this.partition(nameOf(lag)).look(lag, Date.now());
    if (look.action === 'pause') this.consumer?.pause([{ topic, partitions: [partition] }]);
    // The next tick subscribes again, with a new consumer.
    if (look.action === 'restart-consumer') this.subscribed = [];
    if (look.action !== 'seek') return;
    this.consumer?.seek({ topic, partition, offset: String(look.offset) });
    if (look.isPlacing) this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  private async replaceConsumer(topics: readonly string[]): Promise<void> {
    await this.stopConsumer();
    this.consumer = await startConsumer(this.request.kafka, topics, {
      concurrency: 2 * laneCount,
      onBatch: (payload) => this.takeBatch(payload),
      onJoin: () => {
        this.resetPartitions();
        this.tickNow();
      },
      onCrash: (crashed) => {
        if (this.consumer === crashed) this.subscribed = [];
      },
    });
    this.subscribed = topics;
  }

  private async stopConsumer(): Promise<void> {
    const former = this.consumer;
    this.consumer = undefined;
    this.resetPartitions();
    await leaveConsumer(former);
  }

  private resetPartitions(): void {
    for (const partition of this.partitions.values()) partition.consumerReset();
  }

  /** Queues a batch in its lane and returns when the one before is landed: the next is fetched while this one commits. */
  private async takeBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const [first] = batch.messages;
    const last = batch.messages.at(-1);
    if (!isRunning() || isStale() || first === undefined || last === undefined || this.health.hasFailed) return;
    const partition = this.partition(nameOf(batch));
    const fetched = this.decide(partition, {
      ...{ first: recordOfMessage(first), last: recordOfMessage(last) },
      highWatermark: BigInt(batch.highWatermark),
    });
    if (fetched.action === 'ignore') return;
    if (fetched.action === 'seek') {
      this.consumer?.seek({ topic: batch.topic, partition: batch.partition, offset: String(fetched.offset) });
      return;
    }
    resolveOffset(last.offset);
    if (fetched.action === 'known') return;
    await this.lanes.queue(batch.partition, () => this.land(partition, fetched.place, batch));
    await heartbeat();
  }

  private decide(partition: LandingPartition, batch: FetchedBatch): Fetched {
    try {
      return partition.fetched(batch, Date.now());
    } catch (error) {
      this.troubled(error);
      return { action: 'ignore' };
    }
  }

  private async land(
    partition: LandingPartition,
    place: Place,
    { topic, partition: number, messages }: EachBatchPayload['batch'],
  ): Promise<void> {
    // What was fetched before the consumer was set elsewhere, or the lease was lost, comes again.
    if (!partition.mayLand(place)) return;
    try {
      const records = messages.map(recordOfMessage);
      const { brokerId: broker } = this.request;
      await this.lanes.land({ broker, topic, partition: number, generation: place.generation, records });
      partition.committed(place, BigInt(messages.at(-1)?.offset ?? -1) + 1n, Date.now());
      this.health.progressed();
    } catch (error) {
      partition.notLanded(place);
      if (!(error instanceof OffsetGapError)) this.troubled(error);
    }
  }

  private troubled(error: unknown): void {
    if (!this.isClosing) this.health.troubled(error);
  }
}

/** How leases, offsets and errors name a partition. */
function nameOf({ topic, partition }: Pick<PartitionLag, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
