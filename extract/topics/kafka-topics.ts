import kafkajs, { type Admin } from 'kafkajs';
import { RefusedError } from '../../platform/errors.ts';
import { createTopics } from './kafkajs-workarounds.ts';

const partitionCount = 4;

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
    await createTopics(
      admin,
      missing.map((topic) => ({
        topic,
        numPartitions: partitionCount,
        replicationFactor: Math.min(3, brokers.length),
        configEntries: Object.entries(configuration).map(([name, value]) => ({ name, value })),
      })),
    );
  }
  await checkTopics(
    admin,
    topics.filter((topic) => existing.has(topic)),
  );
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
