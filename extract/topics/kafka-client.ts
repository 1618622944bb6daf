import kafkajs, { type Kafka } from 'kafkajs';
import { zstdCodec } from './zstd-codec.ts';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

/** A client that outlives a restart of the broker: with kafkajs' five retries a longer outage would end the consumer. */
export function kafkaClient(brokers: readonly string[]): Kafka {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
  return new KafkaClient({
    clientId: 'itop-to-intercom',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 2_000 },
  });
}
