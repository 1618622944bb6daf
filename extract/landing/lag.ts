import type { Admin } from 'kafkajs';
import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import { endsOf } from '../topics/kafkajs-workarounds.ts';

/** How far landing is behind one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** First offset that the topic still holds. */
  readonly low: bigint;
  /** Offset that the next record will get. */
  readonly end: bigint;
  /** Highest landed offset; -1 before the first. */
  readonly landed: bigint;
  readonly generation: number;
  /** Records not yet landed; negative when the topic holds fewer than were landed from it. */
  readonly behind: number;
}

/** Compares the topics' ends with what is landed of their latest generation. */
export async function lagOf(
  admin: Admin,
  pool: pg.Pool,
  brokerId: string,
  topics: readonly string[],
): Promise<readonly PartitionLag[]> {
  // In this order: a record landed in between must not make the topic look shorter than what was landed of it.
  const known = await landedOffsets(pool, brokerId, topics);
  const ends = await endsOfAll(admin, topics);
  return ends.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, low, high }) => {
      const row = known.get(`${topic}/${partition}`);
      const landed = row?.offset ?? -1n;
      const end = BigInt(high);
      return {
        topic,
        partition,
        low: BigInt(low),
        end,
        landed,
        generation: row?.generation ?? 0,
        behind: Number(end - landed - 1n),
      };
    }),
  );
}

/** Topics asked for at once: kafkajs asks for the leaders of each new one by itself, while the others wait at its lock. */
const topicsAtOnce = 8;

async function endsOfAll(admin: Admin, topics: readonly string[]) {
  const left = topics.values();
  const ends: { readonly topic: string; readonly partitions: Awaited<ReturnType<typeof endsOf>> }[] = [];
  const takeAll = async (): Promise<void> => {
    for (const topic of left) ends.push({ topic, partitions: await endsOf(admin, topic) });
  };
  await Promise.all(Array.from({ length: topicsAtOnce }, takeAll));
  return ends;
}

/** Topics of a broker of which something was landed. */
export async function landedTopics(pool: pg.Pool, brokerId: string): Promise<string[]> {
  const rows = await warehouse(pool)
    .selectFrom('raw.landed_offset')
    .select('topic')
    .distinct()
    .where('broker', '=', brokerId)
    .orderBy('topic')
    .execute();
  return rows.map(({ topic }) => topic);
}

/** Highest landed offset of each partition (`topic/partition`) in its latest generation. */
export async function landedOffsets(
  pool: pg.Pool,
  brokerId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, { readonly offset: bigint; readonly generation: number }>> {
  const rows = await warehouse(pool)
    .selectFrom('raw.landed_offset')
    .distinctOn(['topic', 'partition_id'])
    .select(['topic', 'partition_id', 'generation', 'offset_no'])
    .where('broker', '=', brokerId)
    .where('topic', '=', anyOf(topics))
    .orderBy('topic')
    .orderBy('partition_id')
    .orderBy('generation', 'desc')
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.topic}/${row.partition_id}`,
      { offset: BigInt(row.offset_no), generation: row.generation },
    ]),
  );
}
