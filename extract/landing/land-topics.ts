import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { BlobStore } from '../../platform/blob-store.ts';
import type { Progress } from '../../platform/progress.ts';
import { topicOf } from '../topics/broker.ts';
import { connectKafka, endConnections } from '../topics/kafkajs-workarounds.ts';
import { NeverLandedError } from './errors.ts';
import { openKafkaSink } from './kafka-sink.ts';
import { landedTopics, type PartitionLag } from './lag.ts';

export interface LandRequest {
  readonly brokers: readonly string[];
  readonly pool: pg.Pool;
  readonly blobs: BlobStore;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly isReplay: boolean;
  /** Ends when nothing is left; otherwise when the signal is aborted. */
  readonly untilEmpty: boolean;
  /** Topic that was deleted and recreated. */
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
  const { pool, blobs, signal } = request;
  const { kafka, admin } = await connectKafka(request.brokers);
  try {
    const { clusterId } = await admin.describeCluster();
    const prefix = topicOf('');
    if (request.recreated !== undefined) await beginGeneration(pool, clusterId, request.recreated);
    const sink = await openKafkaSink({
      ...{ kafka, brokerId: clusterId, pool, blobs, isReplay: request.isReplay },
      topics: (existing) => existing.filter((topic) => topic.startsWith(prefix)),
    });
    let lags: readonly PartitionLag[] = [];
    try {
      const say = lagSayer(request.progress);
      for (;;) {
        // Fails while Kafka or Postgres is away; how long that may last is the sink's matter.
        const found = await sink.lags().catch(() => undefined);
        sink.throwIfFailed();
        if (found !== undefined) {
          lags = found;
          say(found);
        }
        if (signal.aborted || (request.untilEmpty && found !== undefined && sink.isDrained(found))) break;
        await pause(checkMs);
      }
    } finally {
      await sink.close();
    }
    sink.throwIfFailed();
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
    endConnections(kafka);
  }
}

/** Says how many records are landed and how many are waiting, whenever either changed. */
function lagSayer(progress: Progress): (lags: readonly PartitionLag[]) => void {
  const step = progress.step('landing', 0);
  let said = { landed: 0, behind: -1 };
  return (lags) => {
    const landed = lags.reduce((sum, lag) => sum + Number(lag.landed + 1n - lag.low), 0);
    const behind = lags.reduce((sum, lag) => sum + lag.behind, 0);
    if (landed === said.landed && behind === said.behind) return;
    step.setTotal(landed + behind);
    step.advance(landed - said.landed, `${behind} behind`);
    said = { landed, behind };
  };
}

/** From here on the topic is another one: its offsets are counted from the start again, beside the former ones. */
async function beginGeneration(pool: pg.Pool, brokerId: string, topic: string): Promise<void> {
  const begun = await pool.query(
    `insert into raw.landed_offset (broker, topic, partition_id, generation, offset_no)
     select broker, topic, partition_id, max(max(generation)) over () + 1, -1
     from raw.landed_offset where broker = $1 and topic = $2 group by broker, topic, partition_id`,
    [brokerId, topic],
  );
  if (begun.rowCount !== 0) return;
  throw new NeverLandedError(topic, await landedTopics(pool, brokerId));
}
