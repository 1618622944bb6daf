import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../platform/database.ts';
import { missingForKafka } from '../../platform/kafka-server.ts';
import { migrate } from '../../platform/migrate.ts';
import { applyViews } from '../../transform/apply-views.ts';
import type { Choice } from './choose-place.ts';
import { urlOfDatabase } from './database-url.ts';
import { chooseKafka, choosePostgres, startPostgres } from './servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    serverUrl: string;
    templateName: string;
    kafkaChoice: Choice;
    /** What is missing to run Kafka as processes of this machine, for tests that kill it; empty when nothing is. */
    missingForKafkaProcesses: string;
  }
}

/** Decides where Postgres and Kafka come from; one Postgres for all test files, with a migrated database that each test clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgresChoice, kafkaChoice, missing] = await Promise.all([
    choosePostgres(process.env),
    chooseKafka(process.env),
    missingForKafka(),
  ]);
  // Tests start some hundred processes of the same modules: what the first one compiled, the others read.
  const compiled = await mkdtemp(join(tmpdir(), 'itop-to-intercom-compiled-'));
  process.env.NODE_COMPILE_CACHE = compiled;
  process.stderr.write(`${postgresChoice.reason}\n${kafkaChoice.reason}\n`);
  if (process.env.CI !== undefined && (kafkaChoice.place === 'nowhere' || missing !== undefined)) {
    throw new Error(`Kafka's tests are never skipped in CI: ${missing ?? 'a broker'} is missing.`);
  }
  const server = await startPostgres(postgresChoice);
  const templateName = `template_${randomBytes(6).toString('hex')}`;
  await onServer(server.url, `create database ${templateName}`);
  const template = openDatabase(urlOfDatabase(server.url, templateName), { max: 2 });
  await migrate(template.pool);
  await applyViews(template.pool);
  await template.close();
  project.provide('serverUrl', server.url);
  project.provide('templateName', templateName);
  project.provide('kafkaChoice', kafkaChoice);
  project.provide('missingForKafkaProcesses', missing ?? '');
  return async () => {
    // The server may outlive the run.
    if (postgresChoice.place === 'environment') await onServer(server.url, `drop database ${templateName}`);
    await server.stop();
    await rm(compiled, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const server = openDatabase(url, { max: 1 });
  await server.pool.query(statement);
  await server.close();
}
