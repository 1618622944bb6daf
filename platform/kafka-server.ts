import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { FailedError } from './errors.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** The same version as the image in docker-compose.yml. */
export const kafkaVersion = '4.1.2';

const startTimeoutMs = 90_000;

/** A throw-away Apache Kafka, broker and controller in one process, on the loopback address only. */
export interface KafkaServer {
  readonly brokers: readonly string[];
  readonly pid: number;
  /** Ends the process at once, as a failure would. */
  kill(): Promise<void>;
  /** Starts it again with its data. */
  restart(): Promise<void>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** What is missing on this machine to run Kafka; undefined when nothing is. */
export async function missingForKafka(): Promise<string | undefined> {
  for (const [program, flag] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ] as const) {
    const isThere = await run(program, [flag]).then(
      () => true,
      () => false,
    );
    if (!isThere) return program;
  }
  return undefined;
}

export interface KafkaServerOptions {
  /** Directory in which it keeps its data; the cache directory when absent. */
  readonly parent?: string;
  /** Whether it goes on when this process ends. */
  readonly isDetached?: boolean;
}

/** Starts Kafka from Apache's own jars, which Maven fetches once into the cache directory. */
export async function startKafkaServer(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  const jars = await kafkaJars();
  const directory = await mkdtemp(join(options.parent ?? cacheDirectory(), 'kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const properties = join(directory, 'server.properties');
  await writeFile(properties, serverProperties(directory, port, controllerPort));
  const java = ['-Xmx384m', '-Xms128m', '-cp', join(jars, '*')];
  const { stdout } = await run('java', [...java, 'kafka.tools.StorageTool', 'random-uuid']);
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', stdout.trim(), '-c', properties]);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const logFile = openSync(join(directory, 'kafka.log'), 'a');
    child = spawn('java', [...java, 'kafka.Kafka', properties], {
      stdio: ['ignore', logFile, logFile],
      cwd: directory,
      detached: options.isDetached === true,
    });
    if (options.isDetached === true) child.unref();
    const deadline = Date.now() + startTimeoutMs;
    while (!(await isListening(port))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new FailedError('Kafka did not start.', {
          stage: 'kafka',
          nextStep: `See ${join(directory, 'kafka.log')}.`,
        });
      }
      await pause(100);
    }
  }

  async function kill(): Promise<void> {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    brokers: [`127.0.0.1:${port}`],
    get pid() {
      return child?.pid ?? 0;
    },
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Ends a Kafka that another process started, by its process id; one that is gone already is no error. */
export function killKafka(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The directory with the jars; several processes may ask at once, the first that has them wins. */
async function kafkaJars(): Promise<string> {
  const directory = join(cacheDirectory(), `kafka-jars-${kafkaVersion}`);
  if (existsSync(directory)) return directory;
  await mkdir(cacheDirectory(), { recursive: true });
  const work = await mkdtemp(join(cacheDirectory(), 'kafka-fetch-'));
  try {
    await writeFile(join(work, 'pom.xml'), projectFile());
    const jars = join(work, 'jars');
    await run('mvn', [
      '-q',
      '-B',
      '-f',
      join(work, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${jars}`,
    ]);
    await rename(jars, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
    return directory;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function projectFile(): string {
  const dependencies = ['kafka_2.13', 'kafka-tools'].map(
    (name) =>
      `<dependency><groupId>org.apache.kafka</groupId><artifactId>${name}</artifactId><version>${kafkaVersion}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka-jars</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>
`;
}

function serverProperties(directory: string, port: number, controllerPort: number): string {
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=BROKER://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=BROKER://127.0.0.1:${port}`,
    'listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=BROKER',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(directory, 'data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
  ].join('\n')}\n`;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
