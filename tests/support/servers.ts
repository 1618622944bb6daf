import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { freePort } from '../../platform/free-port.ts';
import { kafkaVersion, missingForKafka, startKafkaServer } from '../../platform/kafka-server.ts';
import { type Choice, choosePlace } from './choose-place.ts';
import { faultOfImage } from './docker-engine.ts';

/*
 * The one place that decides where tests get Postgres and Kafka. The variables have names of their own: tests make and drop
 * databases and topics, which nobody wants on the servers that DATABASE_URL and KAFKA_BROKERS name.
 */

export const postgresImage = 'postgres:18.4';
export const kafkaImage = `apache/kafka:${kafkaVersion}`;

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface TestKafka {
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

export function choosePostgres(environment: NodeJS.ProcessEnv): Promise<Choice> {
  return choosePlace({
    service: 'Postgres of the tests',
    variable: 'TEST_DATABASE_URL',
    named: environment.TEST_DATABASE_URL,
    image: postgresImage,
    faultOfContainer: () => faultOfImage(postgresImage, environment),
    missingLocally: () => Promise.resolve(undefined),
    localName: 'the embedded server',
  });
}

export function chooseKafka(environment: NodeJS.ProcessEnv): Promise<Choice> {
  return choosePlace({
    service: 'Kafka of the tests',
    variable: 'TEST_KAFKA_BROKERS',
    named: environment.TEST_KAFKA_BROKERS,
    image: kafkaImage,
    faultOfContainer: () => faultOfImage(kafkaImage, environment),
    missingLocally: missingForKafka,
    localName: `Apache's jars ${kafkaVersion}, run by this machine's Java`,
  });
}

export function startPostgres({ place }: Choice): Promise<TestServer> {
  if (place === 'environment') {
    return Promise.resolve({ url: process.env.TEST_DATABASE_URL ?? '', stop: () => Promise.resolve() });
  }
  return place === 'container' ? postgresContainer() : embeddedPostgres();
}

/** Starts the Kafka that the run chose, for one test file. */
export function startTestKafka(): Promise<TestKafka> {
  const { place } = inject('kafkaChoice');
  if (place === 'environment') {
    const brokers = (process.env.TEST_KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
    return Promise.resolve({ brokers, stop: () => Promise.resolve() });
  }
  return place === 'container' ? kafkaContainer() : startKafkaServer();
}

async function embeddedPostgres(): Promise<TestServer> {
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), 'tests-'));
  const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function postgresContainer(): Promise<TestServer> {
  // Only here: the library takes a second to load.
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await new PostgreSqlContainer(postgresImage)
    .withUsername('postgres')
    .withDatabase('postgres')
    .withEnvironment({
      POSTGRES_INITDB_ARGS: '--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --encoding=UTF8',
    })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=200'])
    .start();
  return { url: container.getConnectionUri(), stop: () => container.stop().then(() => undefined) };
}

async function kafkaContainer(): Promise<TestKafka> {
  const { GenericContainer, Wait } = await import('testcontainers');
  // A fixed port, for the broker must tell its clients where it is before it starts.
  const port = await freePort();
  const container = await new GenericContainer(kafkaImage)
    .withExposedPorts({ container: 9094, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'INTERNAL://:9092,CONTROLLER://:9093,HOST://:9094',
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://localhost:9092,HOST://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(120_000)
    .start();
  return { brokers: [`127.0.0.1:${port}`], stop: () => container.stop().then(() => undefined) };
}
