import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePlace, type Surroundings } from '../support/choose-place.ts';
import { faultOfImage } from '../support/docker-engine.ts';
import { kafkaImage, postgresImage } from '../support/servers.ts';

const bare: Surroundings = {
  service: 'Kafka',
  variable: 'TEST_KAFKA_BROKERS',
  named: undefined,
  image: 'apache/kafka:1',
  faultOfContainer: async () => 'there is no Docker engine',
  missingLocally: async () => 'java',
  localName: 'its jars',
};

describe('where tests get a server', () => {
  it('is what the environment names, without a look at anything else', async () => {
    const never = (): never => {
      throw new Error('asked');
    };
    const choice = await choosePlace({ ...bare, named: 'host:9092', faultOfContainer: never, missingLocally: never });
    expect(choice).toEqual({ place: 'environment', reason: 'Kafka: the one that TEST_KAFKA_BROKERS names.' });
  });

  it('is a container where one can be had', async () => {
    const choice = await choosePlace({ ...bare, named: '', faultOfContainer: async () => undefined });
    expect(choice).toEqual({ place: 'container', reason: 'Kafka: a container of apache/kafka:1.' });
  });

  it('is this machine, and the line says why no container', async () => {
    const choice = await choosePlace({ ...bare, missingLocally: async () => undefined });
    expect(choice).toEqual({
      place: 'local',
      reason: 'Kafka: its jars (TEST_KAFKA_BROKERS is not set; no container: there is no Docker engine).',
    });
  });

  it('is nowhere, and the line says all that is missing', async () => {
    expect(await choosePlace(bare)).toEqual({
      place: 'nowhere',
      reason:
        'Kafka: none (TEST_KAFKA_BROKERS is not set; no container: there is no Docker engine; on this machine java is missing).',
    });
  });

  it('has the versions of docker-compose.yml', async () => {
    const compose = await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
    expect(compose).toContain(`:-${postgresImage}}`);
    expect(compose).toContain(`:-${kafkaImage}}`);
  });
});

describe('whether a container can be had', () => {
  const started: { readonly engine: Server; readonly directory: string }[] = [];
  afterEach(async () => {
    for (const { engine, directory } of started.splice(0)) {
      engine.closeAllConnections();
      engine.close();
      await rm(directory, { recursive: true });
    }
  });

  /** An engine that has some images, and whose registry has some more; one that hangs where `images` is undefined. */
  async function startEngine(images: string[] | undefined, registry: readonly string[] = []): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'engine-'));
    const path = join(directory, 'docker.sock');
    const engine = createServer((request, response) => {
      if (images === undefined) return;
      const url = new URL(request.url ?? '', 'http://engine');
      if (url.pathname === '/images/create') {
        const wanted = `${url.searchParams.get('fromImage')}:${url.searchParams.get('tag')}`;
        if (registry.includes(wanted)) images.push(wanted);
        response.end(`{"status":"Pulling from ${wanted}"}\n`);
        return;
      }
      const isThere = url.pathname === '/_ping' || images.some((image) => url.pathname === `/images/${image}/json`);
      response.writeHead(isThere ? 200 : 404).end('{}');
    });
    await new Promise<void>((resolve) => engine.listen(path, resolve));
    started.push({ engine, directory });
    return `unix://${path}`;
  }

  it('no engine is known without a wait', async () => {
    expect(await faultOfImage('postgres:1', { DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(
      'there is no Docker engine',
    );
  });

  it('an engine that does not answer is given up after a second', async () => {
    expect(await faultOfImage('postgres:1', { DOCKER_HOST: await startEngine(undefined) })).toBe(
      'no Docker engine answers (no answer within 1000 ms)',
    );
  });

  it('an image that is there, or can be pulled, will do', async () => {
    expect(await faultOfImage('postgres:1', { DOCKER_HOST: await startEngine(['postgres:1']) })).toBeUndefined();
    expect(
      await faultOfImage('apache/kafka:1', { DOCKER_HOST: await startEngine([], ['apache/kafka:1']) }),
    ).toBeUndefined();
  });

  it('an image that cannot be pulled is named', async () => {
    expect(await faultOfImage('postgres:1', { DOCKER_HOST: await startEngine([]) })).toBe(
      'postgres:1 cannot be pulled',
    );
  });
});
