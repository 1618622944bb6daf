import { describe, expect, it } from 'vitest';
import { RecordsGoneError, RecreatedTopicError } from '../../extract/landing/errors.ts';
import type { PartitionLag } from '../../extract/landing/lag.ts';
import { LandingPartition, type Place } from '../../extract/landing/partition-lifecycle.ts';
import type { NumberedRecord } from '../../extract/topics/topic-record.ts';
import fc from '../support/fast-check.ts';

const name = 'itop.Ticket/0';
const record = (offset: number, key = `Ticket::${offset}`): NumberedRecord => ({
  ...{ offset: BigInt(offset), key, time: new Date(offset), headers: {}, value: Buffer.from('{}') },
});
const lag = ({ low = 0, end, landed = -1 }: { low?: number; end: number; landed?: number }): PartitionLag => ({
  ...{ topic: 'itop.Ticket', partition: 0, generation: 0, behind: end - landed - 1 },
  ...{ low: BigInt(low), end: BigInt(end), landed: BigInt(landed) },
});
const batch = (first: number, last: number, end: number) => ({
  ...{ first: record(first), last: record(last), highWatermark: BigInt(end) },
});
const open = (isReplay = false): LandingPartition => new LandingPartition(name, { isReplay, stallMs: 1_000 });

/** Leased and placed after the record `landed`. */
function placed(end: number, landed = -1): LandingPartition {
  const partition = open();
  partition.leased();
  partition.look(lag({ end, landed }), 0);
  return partition;
}

describe('a partition that is landed', () => {
  it('is paused while another sink holds it, and placed at its last landed record once leased', () => {
    const partition = open();
    expect(partition.look(lag({ end: 5, landed: 2 }), 0)).toEqual({ action: 'pause' });
    expect(partition.fetched(batch(0, 4, 5), 0)).toEqual({ action: 'ignore' });
    partition.leased();
    expect(partition.fetched(batch(0, 4, 5), 0)).toEqual({ action: 'ignore' });
    expect(partition.look(lag({ end: 5, landed: 2 }), 0)).toEqual({ action: 'seek', offset: 2n, isPlacing: true });
    expect(partition.state).toBe('comparing');
    expect(partition.fetched(batch(2, 4, 5), 0)).toMatchObject({ action: 'land' });
    expect(partition.state).toBe('following');
  });

  it('lands nothing of what was fetched before the lease was lost, also when it is held again', () => {
    const partition = placed(5);
    const fetched = partition.fetched(batch(0, 4, 5), 0) as { place: Place };
    expect(partition.mayLand(fetched.place)).toBe(true);
    partition.leaseLost();
    expect(partition.mayLand(fetched.place)).toBe(false);
    partition.leased();
    partition.look(lag({ end: 5 }), 0);
    expect(partition.mayLand(fetched.place)).toBe(false);
    partition.committed(fetched.place, 5n, 0);
    expect(partition.landedBelow).toBe(0n);
  });

  it('is read again from the landed offset when a batch could not be landed', () => {
    const partition = placed(5);
    const { place } = partition.fetched(batch(0, 3, 5), 0) as { place: Place };
    partition.notLanded(place);
    expect(partition.fetched(batch(4, 4, 5), 0)).toEqual({ action: 'ignore' });
    expect(partition.look(lag({ end: 5 }), 1)).toEqual({ action: 'seek', offset: 0n, isPlacing: true });
  });

  it('is compared with its last record when the fetch before is long ago, and told apart from a recreated one', () => {
    const partition = placed(2);
    partition.fetched(batch(0, 1, 2), 0);
    expect(partition.fetched(batch(2, 3, 4), 3_000)).toEqual({ action: 'seek', offset: 1n });
    expect(partition.fetched(batch(1, 3, 4), 3_001)).toMatchObject({ action: 'land' });
    expect(partition.fetched(batch(4, 5, 6), 9_000)).toEqual({ action: 'seek', offset: 3n });
    const other = { ...batch(3, 5, 6), first: record(3, 'Ticket::9') };
    expect(() => partition.fetched(other, 9_001)).toThrow(RecreatedTopicError);
    expect(partition.state).toBe('recreated');
  });

  it('is compared every few seconds while it is idle', () => {
    const partition = placed(2);
    partition.fetched(batch(0, 1, 2), 0);
    expect(partition.look(lag({ end: 2, landed: 1 }), 9_000)).toEqual({ action: 'none' });
    expect(partition.look(lag({ end: 2, landed: 1 }), 10_001)).toMatchObject({ action: 'seek', offset: 1n });
    expect(partition.fetched(batch(1, 1, 2), 10_002)).toEqual({ action: 'known' });
  });

  it('is recreated when it stays shorter than what was landed of it, or goes back by itself', () => {
    const short = placed(9, 8);
    for (let look = 1; look <= 12; look++)
      expect(short.look(lag({ end: 3, landed: 8 }), 0)).toEqual({ action: 'none' });
    expect(() => short.look(lag({ end: 3, landed: 8 }), 0)).toThrow(RecreatedTopicError);
    const back = placed(9);
    back.fetched(batch(0, 3, 9), 0);
    expect(() => back.fetched(batch(2, 5, 9), 1)).toThrow(RecreatedTopicError);
  });

  it('ends the sink when records are gone before they were landed, unless all are landed again', () => {
    const partition = open();
    partition.leased();
    expect(() => partition.look(lag({ low: 7, end: 9, landed: 3 }), 0)).toThrow(RecordsGoneError);
    const replay = open(true);
    replay.leased();
    expect(replay.look(lag({ low: 7, end: 9, landed: 3 }), 0)).toMatchObject({ action: 'seek', offset: 7n });
  });

  it('gets a new consumer when it has records and does not move', () => {
    const partition = placed(5);
    expect(partition.look(lag({ end: 5 }), 1_000)).toEqual({ action: 'none' });
    expect(partition.look(lag({ end: 5 }), 1_001)).toEqual({ action: 'restart-consumer' });
  });

  it('refuses transitions that cannot be', () => {
    const partition = open();
    expect(() => partition.leaseLost()).toThrow(/is released, where only/);
    partition.leased();
    expect(() => partition.leased()).toThrow(/is unplaced, where only released/);
  });
});

/** A sink's surroundings in little: a topic, a consumer, a lane, and the fence of the landed offset. */
class World {
  readonly partition = open();
  isLeased = false;
  isPaused = false;
  position = 0;
  end = 0;
  landed = -1;
  now = 0;
  readonly lane: { readonly place: Place; readonly first: number; readonly last: number }[] = [];

  readonly events = {
    produce: (count: number) => {
      this.end += count;
    },
    sleep: (steps: number) => {
      this.now += steps * 700;
    },
    assign: () => {
      if (!this.isLeased) this.partition.leased();
      this.isLeased = true;
    },
    lose: () => {
      if (this.isLeased) this.partition.leaseLost();
      this.isLeased = false;
    },
    rejoin: () => {
      this.partition.consumerReset();
      this.position = 0;
    },
    replaceConsumer: () => {
      this.events.rejoin();
      this.isPaused = false;
    },
    otherLands: (count: number) => {
      if (!this.isLeased) this.landed = Math.min(this.end - 1, this.landed + count);
    },
    tick: () => {
      const look = this.partition.look(lag({ end: this.end, landed: this.landed }), this.now);
      if (look.action === 'pause') this.isPaused = true;
      if (look.action === 'restart-consumer') this.events.replaceConsumer();
      if (look.action !== 'seek') return;
      this.position = Number(look.offset);
      if (look.isPlacing) this.isPaused = false;
    },
    fetch: (count: number) => {
      if (this.isPaused || this.position >= this.end) return;
      const [first, last] = [this.position, Math.min(this.end, this.position + count) - 1];
      const fetched = this.partition.fetched(batch(first, last, this.end), this.now);
      if (fetched.action === 'seek') this.position = Number(fetched.offset);
      if (fetched.action === 'known' || fetched.action === 'land') this.position = last + 1;
      if (fetched.action === 'land') this.lane.push({ place: fetched.place, first, last });
    },
    land: () => this.land(() => undefined),
    /** The lease goes while the transaction is under way: the fence alone decides then. */
    landAndLose: () => this.land(this.events.lose),
    fail: () => {
      const next = this.lane.shift();
      if (next !== undefined) this.partition.notLanded(next.place);
    },
  };

  private land(meanwhile: () => void): void {
    const next = this.lane.shift();
    if (next === undefined || !this.partition.mayLand(next.place)) return;
    // The property: whatever came before, a batch is begun only under a lease, and the fence refuses what leaves a gap.
    expect(this.isLeased).toBe(true);
    expect(['comparing', 'following']).toContain(this.partition.state);
    meanwhile();
    if (next.first > this.landed + 1) {
      this.partition.notLanded(next.place);
      return;
    }
    const before = this.partition.landedBelow;
    this.landed = Math.max(this.landed, next.last);
    this.partition.committed(next.place, BigInt(next.last + 1), this.now);
    if (!this.isLeased) expect(this.partition.landedBelow).toBe(before);
  }
}

const event = fc.tuple(
  fc.constantFrom(...(Object.keys(new World().events) as (keyof World['events'])[])),
  fc.integer({ min: 1, max: 4 }),
);

it('after any events no batch is landed without a lease, and a leased partition is landed to its end', () => {
  let landedInAll = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80, size: 'max' }), (events) => {
      const world = new World();
      for (const [what, count] of events) world.events[what](count);
      expect(world.partition.state).not.toBe('recreated');
      world.events.assign();
      for (let round = 0; round < 3 * world.end + 6; round++) {
        world.events.tick();
        world.events.fetch(4);
        world.events.land();
        world.events.sleep(1);
      }
      expect(world.isPaused).toBe(false);
      expect(world.landed).toBe(world.end - 1);
      expect(world.partition.state).not.toBe('recreated');
      landedInAll += world.landed;
    }),
    { numRuns: 500 },
  );
  expect(landedInAll).toBeGreaterThan(1_000);
});
