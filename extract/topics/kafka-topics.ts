import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { FailedError, RefusedError } from '../../platform/errors.ts';

const partitionCount = 4;

/** How long brokers may take to know of a new topic. */
const knownWithinMs = 30_000;

/** Largest batch a topic takes: a record with its picture is far below it. */
export const largestBatchBytes = 8 * 1024 * 1024;

/** A topic serves a replay: nothing is dropped from it by age, size or key. */
const configuration: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'max.message.bytes': String(largestBatchBytes),
};

/** Creates the topics that are missing. Throws RefusedError naming what is wrong with those that exist. */
export async function ensureKafkaTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length > 0) {
    const { brokers } = await admin.describeCluster();
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: partitionCount,
        replicationFactor: Math.min(3, brokers.length),
        configEntries: Object.entries(configuration).map(([name, value]) => ({ name, value })),
      })),
    });
    await untilKnown(admin, missing);
  }
  await checkTopics(
    admin,
    topics.filter((topic) => existing.has(topic)),
  );
}

/**
 * Waits until the brokers know the leaders of new topics. kafkajs' own waiting gives up where a broker answers, for the moment
 * between its controller's creation and its own knowledge of it, that there is no such topic.
 */
async function untilKnown(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + knownWithinMs;
  for (;;) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
      if (metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw leaderless(topics);
    await pause(100);
  }
}

function leaderless(topics: readonly string[]): FailedError {
  return new FailedError(`The new topics ${topics.join(', ')} have no leader after ${knownWithinMs / 1_000} seconds.`, {
    stage: 'topics',
    nextStep: "Look at the brokers' logs, then start the command again: it goes on where it stopped.",
    isRetriable: true,
  });
}

async function checkTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(configuration),
    })),
  });
  const faults: string[] = [];
  for (const { resourceName, configEntries } of described.resources) {
    for (const { configName, configValue } of configEntries) {
      const wanted = configuration[configName];
      const isLarger = configName === 'max.message.bytes' && Number(configValue) >= largestBatchBytes;
      if (wanted === undefined || configValue === wanted || isLarger) continue;
      faults.push(`  ${resourceName}: ${configName} is ${configValue}, it must be ${wanted}`);
    }
  }
  if (faults.length === 0) return;
  throw new RefusedError(
    `Topics exist with settings under which records would be lost or refused:\n${faults.join('\n')}`,
    {
      stage: 'topics',
      nextStep: 'Change them with kafka-configs.sh --alter --entity-type topics, then start the command again.',
    },
  );
}
