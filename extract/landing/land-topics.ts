import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { topicOf } from '../topics/broker.ts';
import { kafkaClient } from '../topics/kafka-client.ts';
import { openKafkaSink } from './kafka-sink.ts';
import { lagOf } from './lag.ts';

export interface LandRequest {
  readonly brokers: readonly string[];
  readonly pool: pg.Pool;
  readonly signal: AbortSignal;
  readonly isReplay: boolean;
  /** Ends when nothing is left; otherwise when the signal is aborted. */
  readonly untilEmpty: boolean;
  /** Topic that was deleted and made anew. */
  readonly recreated?: string;
}

export interface LandOutcome {
  readonly landed: number;
  readonly repeated: number;
  readonly topics: readonly { readonly topic: string; readonly records: number; readonly behind: number }[];
}

const checkMs = 300;

/** Lands all topics of iTop that the broker holds. */
export async function landTopics(request: LandRequest): Promise<LandOutcome> {
  const { pool, signal } = request;
  const kafka = kafkaClient(request.brokers);
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { clusterId } = await admin.describeCluster();
    const prefix = topicOf('');
    const topics = async () => (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (request.recreated !== undefined) await beginGeneration(pool, clusterId, request.recreated);
    const sink = await openKafkaSink({ kafka, brokerId: clusterId, pool, topics, isReplay: request.isReplay });
    try {
      while (!signal.aborted && !(request.untilEmpty && (await sink.isDrained()))) {
        sink.throwIfFailed();
        await pause(checkMs);
      }
      sink.throwIfFailed();
    } finally {
      await sink.close();
    }
    const lags = await lagOf(admin, pool, clusterId, await topics());
    const byTopic = Map.groupBy(lags, (lag) => lag.topic);
    return {
      ...sink.counts,
      topics: [...byTopic].map(([topic, partitions]) => ({
        topic,
        records: partitions.reduce((sum, { low, end }) => sum + Number(end - low), 0),
        behind: partitions.reduce((sum, { behind }) => sum + behind, 0),
      })),
    };
  } finally {
    await admin.disconnect();
  }
}

/** From here on the topic is another one: its offsets are counted from the start again, beside the former ones. */
async function beginGeneration(pool: pg.Pool, brokerId: string, topic: string): Promise<void> {
  await pool.query(
    `insert into raw.landed_offset (broker, topic, partition_id, generation, offset_no)
     select broker, topic, partition_id, max(max(generation)) over () + 1, -1
     from raw.landed_offset where broker = $1 and topic = $2 group by broker, topic, partition_id`,
    [brokerId, topic],
  );
}
