import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { type Kafka } from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** A client that outlives a restart of the broker: with kafkajs' five retries a longer outage would end the consumer. */
export function kafkaClient(brokers: readonly string[]): Kafka {
  // kafkajs brings gzip only. Node's own zstd is several times faster in both directions, and smaller.
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { readonly buffer: Buffer }) => compress(encoder.buffer),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
  return new KafkaClient({
    clientId: 'itop-to-intercom',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 2_000 },
  });
}
