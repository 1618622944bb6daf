import type pg from 'pg';
import { lagOf, landedTopics } from '../../extract/landing/lag.ts';
import { connectKafka, endConnections } from '../../extract/topics/kafkajs-workarounds.ts';
import { inTransaction } from '../../platform/database.ts';
import { insertRows } from '../../platform/warehouse.ts';
import {
  checkPurge,
  cutoffOf,
  openPurge,
  type PurgedRow,
  type PurgeRequest,
  type PurgeSignature,
} from './purge-record.ts';

interface PurgeablePartition {
  readonly topic: string;
  readonly partition: number;
  /** First offset that stays. */
  readonly keepFrom: bigint;
  readonly records: number;
}

export interface TopicPurge extends Pick<PurgeRequest, 'keepDays'> {
  readonly brokers: readonly string[];
  /** Takes the records away; without it they are only counted. */
  readonly signature?: PurgeSignature;
}

/**
 * Takes the records that were landed, and are observed before the retention, out of the topics for good; what is not landed stays, and so
 * does the last landed record of each partition, by which a topic that was recreated is recognised. Without a signature nothing
 * changes. Bytes are not known to Kafka's administration: they count as 0. Records of one object cannot be taken out of a topic.
 *
 * Throws RefusedError as `executePurge` does.
 */
export async function purgeTopics(pool: pg.Pool, purge: TopicPurge): Promise<PurgedRow[]> {
  const { kafka, admin } = await connectKafka(purge.brokers);
  try {
    const { clusterId } = await admin.describeCluster();
    const existing = new Set(await admin.listTopics());
    const topics = (await landedTopics(pool, clusterId)).filter((topic) => existing.has(topic));
    const partitions: PurgeablePartition[] = [];
    const firstYoung = new Map<string, bigint>();
    for (const topic of topics) {
      for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, cutoffOf(purge).getTime())) {
        firstYoung.set(`${topic}/${partition}`, BigInt(offset));
      }
    }
    for (const { topic, partition, low, landed } of await lagOf(admin, pool, clusterId, topics)) {
      const young = firstYoung.get(`${topic}/${partition}`) ?? 0n;
      const keepFrom = young < landed ? young : landed;
      if (keepFrom > low) partitions.push({ topic, partition, keepFrom, records: Number(keepFrom - low) });
    }
    const rows = rowsOf(partitions);
    const { signature } = purge;
    if (signature === undefined) return rows;
    await inTransaction(pool, async (client) => {
      const request = { keepDays: purge.keepDays, ...signature };
      await checkPurge(client, request);
      const purgeId = await openPurge(client, 'topics', request);
      await insertRows(
        client,
        'ops.purged',
        ['purge_id', 'what', 'row_count', 'byte_count'],
        rows.map((row) => ({ purge_id: purgeId, what: row.what, row_count: row.rows, byte_count: 0 })),
      ).execute();
      for (const topic of new Set(partitions.map((one) => one.topic))) {
        await admin.deleteTopicRecords({
          topic,
          partitions: partitions
            .filter((one) => one.topic === topic)
            .map(({ partition, keepFrom }) => ({ partition, offset: String(keepFrom) })),
        });
      }
    });
    return rows;
  } finally {
    await admin.disconnect();
    endConnections(kafka);
  }
}

function rowsOf(partitions: readonly PurgeablePartition[]): PurgedRow[] {
  const records = new Map<string, number>();
  for (const one of partitions) records.set(one.topic, (records.get(one.topic) ?? 0) + one.records);
  return [...records].map(([what, rows]) => ({ kind: 'topics', what, rows, bytes: 0 }));
}
