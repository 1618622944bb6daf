import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
// What kafkajs throws is on its surface in part only, and its types know too little of it.
import errors from 'kafkajs/src/errors.js';
import Lock from 'kafkajs/src/utils/lock.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectKafka } from '../../extract/topics/kafkajs-workarounds.ts';
import { FailedError, RefusedError } from '../../platform/errors.ts';
import { kafkaFailure } from '../../platform/kafka-failure.ts';
import { loggedFailure } from '../../workflow/command-context.ts';

/** Of the protocol, as kafkajs makes it of the broker's code. */
const ofProtocol = (type: string, retriable = false) =>
  new errors.KafkaJSProtocolError(Object.assign(new Error(`The broker says ${type}`), { type, code: 0, retriable }));

/** Wrapped as kafkajs' own retrying does it. */
const afterRetries = (error: Error) =>
  new errors.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 20, retryTime: 2_000 });

const lockTimeout = new errors.KafkaJSLockTimeout(
  'Timeout while acquiring lock (59 waiting locks): "updating target topics"',
);

describe('an error of kafkajs is one sentence with a next step', () => {
  it.each([
    ['a lock', lockTimeout, /^Kafka does not answer.*waited too long/, true],
    ['a lock, passed on', new errors.KafkaJSNonRetriableError(lockTimeout, { cause: lockTimeout }), /waited too/, true],
    [
      'a connection',
      new errors.KafkaJSConnectionError('Connection timeout', { broker: 'k:9' }),
      /timeout \(k:9\)$/,
      true,
    ],
    ['a closed one', new errors.KafkaJSConnectionClosedError('Closed connection', { host: 'k', port: 9 }), /k:9/, true],
    ['a request', new errors.KafkaJSRequestTimeoutError('Request Metadata timed out', {}), /Metadata/, true],
    ['retries', afterRetries(new errors.KafkaJSConnectionError('refused')), /not answer.*refused/, true],
    ['retries of another error', afterRetries(new Error('Broker not connected')), /^Kafka does not answer/, true],
    ['no leader', ofProtocol('LEADER_NOT_AVAILABLE', true), /^Kafka cannot do now/, true],
    ['replicas', afterRetries(ofProtocol('NOT_ENOUGH_REPLICAS', true)), /^Kafka cannot do now/, true],
    ['a topic', ofProtocol('UNKNOWN_TOPIC_OR_PARTITION', true), /^Kafka does not have a topic/, true],
    ['rights', ofProtocol('TOPIC_AUTHORIZATION_FAILED'), /^Kafka does not allow/, false],
    ['size', ofProtocol('MESSAGE_TOO_LARGE'), /^Kafka takes no batch as large/, false],
    ['several', severalErrors(), /^Kafka does not allow.*itop\.Person\)$/, false],
    ['any other', ofProtocol('INVALID_REPLICATION_FACTOR'), /^Kafka refused/, false],
  ])('%s', (_what, thrown, message, isRetriable) => {
    const failure = kafkaFailure(thrown);
    expect(failure).toBeInstanceOf(FailedError);
    expect(failure).toMatchObject({ message: expect.stringMatching(message), isRetriable, exitCode: 1, cause: thrown });
    expect(failure?.message).not.toMatch(/\n|KafkaJS| at |waiting locks/);
    expect(failure?.nextStep).toMatch(/again/);
  });

  it('every error that kafkajs has', () => {
    // The last one is thrown and caught inside its consumer, and has no name of its own.
    const classes = Object.entries(errors).filter(([name]) => /^KafkaJS(?!FetcherRebalance)/.test(name));
    expect(classes.length).toBeGreaterThan(25);
    for (const [name, Class] of classes) {
      const reason = name === 'KafkaJSDeleteTopicRecordsError' ? { partitions: [] } : new Error('reason');
      expect(kafkaFailure(new Class(reason, [])), name).toBeInstanceOf(FailedError);
    }
  });

  it('which the log of the command keeps in the same words, beside where it was made', () => {
    const logged = loggedFailure(afterRetries(lockTimeout));
    const said = kafkaFailure(afterRetries(lockTimeout));
    expect(logged).toMatchObject({ error: said?.message, stage: 'kafka', nextStep: said?.nextStep });
    expect(logged.stack).toContain('KafkaJS');
    expect(loggedFailure(new TypeError('x'))).toMatchObject({ error: 'x', stage: undefined, nextStep: undefined });
  });

  it('and no other error is', () => {
    expect(kafkaFailure(new TypeError('x'))).toBeUndefined();
    expect(kafkaFailure(new RefusedError('x', { stage: 'a', nextStep: 'b' }))).toBeUndefined();
    expect(kafkaFailure('KafkaJSError')).toBeUndefined();
    const ours = new TypeError('x is not a function');
    expect(kafkaFailure(new errors.KafkaJSNonRetriableError(ours, { cause: ours }))).toBeUndefined();
  });
});

function severalErrors(): Error {
  const topic = (type: string, name: string) => Object.assign(ofProtocol(type), { topic: name });
  return new errors.KafkaJSAggregateError('Topic creation errors', [
    topic('TOPIC_ALREADY_EXISTS', 'itop.Organization'),
    topic('TOPIC_AUTHORIZATION_FAILED', 'itop.Person'),
  ]);
}

describe('a broker that is not there', () => {
  it('is reported in time where nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    await expect(connectKafka([`127.0.0.1:${port}`], 800)).rejects.toMatchObject({
      message: expect.stringMatching(/^Kafka does not answer.*ECONNREFUSED/),
      nextStep: expect.stringContaining('KAFKA_BROKERS'),
      isRetriable: true,
    });
  });

  it('is reported in time where the port takes connections and never answers', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.resume();
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(connectKafka([address], 500)).rejects.toMatchObject({
      message: expect.stringContaining(`${address} did not answer in time`),
      isRetriable: true,
    });
    // Nothing stays open, which would keep the process from ending.
    for (const socket of sockets) await once(socket, 'close');
  });
});

it('a request waits on at a lock of kafkajs for longer than kafkajs lets it', async () => {
  const lock = new Lock({ timeout: 5 });
  await lock.acquire();
  const second = lock.acquire();
  setTimeout(() => void lock.release(), 40);
  await second;
  await lock.release();
});
