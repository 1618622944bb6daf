import { connect, type Socket } from 'node:net';
import kafkajs, { type Kafka } from 'kafkajs';
import { zstdCodec } from './zstd-codec.ts';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

interface Connections {
  readonly open: Set<Socket>;
  isOver: boolean;
}

const connectionsOf = new WeakMap<Kafka, Connections>();

/** A client that outlives a restart of the broker: with kafkajs' five retries a longer outage would end the consumer. */
export function kafkaClient(brokers: readonly string[]): Kafka {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
  const connections: Connections = { open: new Set(), isOver: false };
  const kafka = new KafkaClient({
    clientId: 'itop-to-intercom',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 2_000 },
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: 60_000 }, onConnect);
      connections.open.add(socket);
      socket.once('close', () => connections.open.delete(socket));
      if (connections.isOver) end(socket);
      return socket;
    },
  });
  connectionsOf.set(kafka, connections);
  return kafka;
}

/**
 * Ends every connection of a client whose producers, consumers and admins are disconnected. A connection that kafkajs was just making
 * anew, after a restart of the broker, when it was told to disconnect belongs to nobody any more: it stays open, and its timers keep
 * the process from ending.
 */
export function endConnections(kafka: Kafka): void {
  const connections = connectionsOf.get(kafka);
  if (connections === undefined) return;
  connections.isOver = true;
  for (const socket of connections.open) end(socket);
}

/** With an error, because kafkajs stops the timers of a connection at an error or the other side's end, and not at a close. */
function end(socket: Socket): void {
  socket.destroy(new Error('The client is disconnected.'));
}
