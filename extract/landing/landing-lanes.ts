import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import { inTransaction } from '../../platform/database.ts';
import type { LandingBatch, LandingRecord } from '../topics/topic-record.ts';
import { landBatch } from './land-batch.ts';
import { isByReference, restoreLarge } from './large-records.ts';
import { rootClassReader } from './root-classes.ts';

/**
 * Connections that land at a time, each always the same partitions, so that offsets only move forward. More bring nothing where
 * Postgres shares few cores.
 */
export const laneCount = 2;

/** Bytes landed in one transaction, where records came by reference. */
const transactionBytes = 8 * 1024 * 1024;

/** Lands batches one after the other in each lane. */
export class LandingLanes {
  /** Records landed and records that had been landed before. */
  readonly counts = { landed: 0, repeated: 0 };
  private readonly pool: pg.Pool;
  private readonly blobs: BlobStore;
  private readonly rootClassesFor: ReturnType<typeof rootClassReader>;
  private readonly lanes: Promise<void>[] = Array.from({ length: laneCount }, () => Promise.resolve());

  constructor(pool: pg.Pool, blobs: BlobStore) {
    this.pool = pool;
    this.blobs = blobs;
    this.rootClassesFor = rootClassReader(pool);
  }

  /** Queues work behind that of its lane, and resolves when the work before it is done: one batch waits while one commits. */
  async queue(partition: number, work: () => Promise<void>): Promise<void> {
    const lane = partition % laneCount;
    const before = this.lanes[lane];
    this.lanes[lane] = Promise.resolve(before).then(work);
    await before;
  }

  /** Lands a batch, in several transactions where records by reference make it too large for one. */
  async land({ records, ...place }: LandingBatch): Promise<void> {
    const rootClasses = await this.rootClassesFor(records);
    for await (const part of this.inTransactions(records)) {
      const landed = await inTransaction(this.pool, (client) =>
        landBatch(client, { ...place, records: part }, rootClasses),
      );
      this.counts.repeated += landed.repeated;
      this.counts.landed += part.length - landed.repeated;
    }
  }

  /** Resolves when all that was queued is done. */
  async done(): Promise<void> {
    await Promise.all(this.lanes);
  }

  private async *inTransactions(records: readonly LandingRecord[]): AsyncGenerator<readonly LandingRecord[]> {
    let part: LandingRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const whole = isByReference(record) ? await restoreLarge(record, this.blobs) : record;
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
}
