import assert from 'node:assert';
import type { NumberedRecord } from '../topics/topic-record.ts';
import { RecordsGoneError, RecreatedTopicError } from './errors.ts';
import type { PartitionLag } from './lag.ts';

/**
 * What a partition is to this sink:
 *
 * - `released`: another sink may land it; the consumer does not fetch it.
 * - `unplaced`: leased, but the consumer has not been set to the landed offset yet; what it fetches is ignored.
 * - `comparing`: the consumer was set to the last landed record, which must come first in the next batch.
 * - `following`: each batch continues the one before.
 * - `recreated`: the topic is not the one that was landed. The sink ends.
 */
export type PartitionState = 'released' | 'unplaced' | 'comparing' | 'following' | 'recreated';

/** Where the consumer reads a partition. A batch belongs to one place, and is landed only while the partition is still there. */
export interface Place {
  /** Generation of the topic that is landed. */
  readonly generation: number;
  /** Lowest offset that may come next from Kafka. */
  readonly next: bigint;
  /** Lowest offset that this sink has not landed. */
  readonly landed: bigint;
}

interface OwnPlace extends Place {
  next: bigint;
  landed: bigint;
  /** First offset that the topic holds. */
  low: bigint;
  movedAt: number;
  /** When records, or the last landed one again, came from Kafka. */
  fetchedAt: number;
  /** Whether more was waiting behind them. */
  hasMore: boolean;
  last: NumberedRecord | undefined;
}

/** What the supervisor does after it looked at a partition. */
export type Look =
  | { readonly action: 'none' | 'pause' | 'restart-consumer' }
  /** Sets the consumer to an offset; `isPlacing` when it may be paused. */
  | { readonly action: 'seek'; readonly offset: bigint; readonly isPlacing: boolean };

/** What becomes of a fetched batch. `known`: it holds only the last landed record again. */
export type Fetched =
  | { readonly action: 'ignore' }
  | { readonly action: 'seek'; readonly offset: bigint }
  | { readonly action: 'known' }
  | { readonly action: 'land'; readonly place: Place };

export interface FetchedBatch {
  readonly first: NumberedRecord;
  readonly last: NumberedRecord;
  /** Offset that the partition's next record will get. */
  readonly highWatermark: bigint;
}

export interface PartitionOptions {
  /** The topic is read from its first offset again; there is nothing to compare. */
  readonly isReplay: boolean;
  /** Milliseconds after which a partition that has records and does not move gets a new consumer. */
  readonly stallMs: number;
}

/** Looks at a partition that is shorter than what was landed of it, before a broker that just came back is believed. */
const shortLooks = 12;

/** Fetches that follow each other within this time while more is waiting are of one topic: it cannot be recreated in between and be longer. */
const continuousMs = 2_000;

/** A partition without new records is compared with what was landed of it this often. */
const compareMs = 10_000;

type State =
  | { readonly name: 'released' | 'unplaced' | 'recreated' }
  | { readonly name: 'comparing' | 'following'; readonly place: OwnPlace };

/**
 * One partition of a topic as a sink lands it: a state machine without clock, Kafka or Postgres. Events go in, and it says what is
 * to be done; a transition from a state that the event cannot happen in is an error of the program.
 *
 * kafkajs does not see that a topic was deleted and recreated. So a partition is read again from its last landed record, which is
 * compared, before anything else is landed: when it is placed, and whenever the fetch before was not just now with more waiting.
 */
export class LandingPartition {
  readonly name: string;
  private readonly options: PartitionOptions;
  private current: State = { name: 'released' };
  private shortFor = 0;

  constructor(name: string, options: PartitionOptions) {
    this.name = name;
    this.options = options;
  }

  get state(): PartitionState {
    return this.current.name;
  }

  /** Lowest offset that this sink has not landed; undefined while it is not placed. */
  get landedBelow(): bigint | undefined {
    return this.place?.landed;
  }

  private get place(): OwnPlace | undefined {
    return 'place' in this.current ? this.current.place : undefined;
  }

  /** This sink holds the lease from now on. */
  leased(): void {
    this.mustBe('released');
    this.current = { name: 'unplaced' };
  }

  /** The lease was given back or lost with its session: nothing that was fetched under it is landed any more. */
  leaseLost(): void {
    this.mustBe('unplaced', 'comparing', 'following', 'recreated');
    this.current = { name: 'released' };
  }

  /** The consumer was replaced or joined its group again: it reads from the topic's first offset until it is set elsewhere. */
  consumerReset(): void {
    if (this.place !== undefined) this.setUnplaced();
  }

  /**
   * What to do by the topic's ends, once a tick.
   *
   * Throws RecreatedTopicError when the topic stays shorter than what was landed of it, RecordsGoneError when it dropped records
   * before they were landed.
   */
  look(lag: PartitionLag, now: number): Look {
    // A broker that comes back may state an older end for a moment.
    this.shortFor = lag.end <= lag.landed ? this.shortFor + 1 : 0;
    if (this.shortFor > shortLooks) throw this.setRecreated();
    if (this.shortFor > 0) return { action: 'none' };
    switch (this.current.name) {
      case 'released':
        return { action: 'pause' };
      case 'unplaced':
        return this.setPlaced(lag, now);
      case 'recreated':
        return { action: 'none' };
      default:
        return this.lookAtPlace(this.current.place, lag, now);
    }
  }

  private lookAtPlace(place: OwnPlace, lag: PartitionLag, now: number): Look {
    place.low = lag.low;
    if (lag.behind <= 0) {
      place.movedAt = now;
      const isDue = this.state === 'following' && now - place.fetchedAt > compareMs && !this.isContinuous(place, now);
      return isDue ? { action: 'seek', offset: this.setComparing(place, now), isPlacing: false } : { action: 'none' };
    }
    return { action: now - place.movedAt > this.options.stallMs ? 'restart-consumer' : 'none' };
  }

  /** A batch came from Kafka. Throws RecreatedTopicError when it is not what has to come. */
  fetched({ first, last, highWatermark }: FetchedBatch, now: number): Fetched {
    const { place } = this;
    if (place === undefined) return { action: 'ignore' };
    const known = place.last;
    // Places only move forward: kafkajs goes back by itself only where the topic no longer holds the offset.
    const hasGoneBack = first.offset < place.next;
    if (hasGoneBack || (known?.offset === first.offset && !isSame(known, first))) throw this.setRecreated();
    if (this.state === 'following' && !this.isContinuous(place, now)) {
      return { action: 'seek', offset: this.setComparing(place, now) };
    }
    this.setFollowing(place);
    place.fetchedAt = now;
    place.hasMore = last.offset + 1n < highWatermark;
    place.last = { ...last, value: Buffer.alloc(0) };
    place.next = last.offset + 1n;
    return known?.offset === last.offset ? { action: 'known' } : { action: 'land', place };
  }

  /** Whether a batch that was fetched at a place may still be landed: the lease is held, and the consumer was not set elsewhere since. */
  mayLand(place: Place): boolean {
    return this.place === place;
  }

  /** The transaction of a batch committed; `next` is the offset after its last record. */
  committed(place: Place, next: bigint, now: number): void {
    if (this.place === undefined || this.place !== place) return;
    this.place.landed = next;
    this.place.movedAt = now;
  }

  /** A batch could not be landed: the partition is read again from the landed offset. */
  notLanded(place: Place): void {
    if (this.place === place) this.setUnplaced();
  }

  private isContinuous(place: OwnPlace, now: number): boolean {
    const hasNothingToCompare = place.next <= place.low || this.options.isReplay;
    return hasNothingToCompare || (place.hasMore && now - place.fetchedAt < continuousMs);
  }

  /** Before a transition: the states it may start from. */
  private mustBe(...from: readonly PartitionState[]): void {
    assert.ok(from.includes(this.state), `${this.name} is ${this.state}, where only ${from.join(' or ')} is possible`);
  }

  private setUnplaced(): void {
    this.mustBe('comparing', 'following');
    this.current = { name: 'unplaced' };
  }

  private setPlaced({ low, landed, generation }: PartitionLag, now: number): Look {
    this.mustBe('unplaced');
    const { isReplay } = this.options;
    if (low > landed + 1n && !isReplay) throw new RecordsGoneError(this.name, landed + 1n, low);
    // The last landed record comes once more, to be compared.
    const offset = isReplay || landed < low ? low : landed;
    this.current = {
      name: 'comparing',
      place: {
        ...{ next: offset, landed: offset, low, generation, movedAt: now, fetchedAt: now },
        ...{ hasMore: false, last: undefined },
      },
    };
    return { action: 'seek', offset, isPlacing: true };
  }

  /** Gives the offset of the last landed record, which is to come again. */
  private setComparing(place: OwnPlace, now: number): bigint {
    this.mustBe('following');
    place.next -= 1n;
    place.fetchedAt = now;
    this.current = { name: 'comparing', place };
    return place.next;
  }

  private setFollowing(place: OwnPlace): void {
    this.mustBe('comparing', 'following');
    this.current = { name: 'following', place };
  }

  private setRecreated(): RecreatedTopicError {
    this.current = { name: 'recreated' };
    return new RecreatedTopicError(this.name);
  }
}

function isSame(one: NumberedRecord, other: NumberedRecord): boolean {
  return one.key === other.key && one.time.getTime() === other.time.getTime();
}
