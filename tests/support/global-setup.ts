import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cacheDirectory } from '../../platform/cache-directory.ts';
import { openDatabase } from '../../platform/database.ts';
import { startEmbeddedPostgres } from '../../platform/embedded-postgres.ts';
import { migrate } from '../../platform/migrate.ts';
import { applyViews } from '../../transform/apply-views.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    serverUrl: string;
    templateName: string;
  }
}

/** One throw-away server for all test files, with a migrated database that each test clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), 'tests-'));
  const server = await startEmbeddedPostgres({ directory, isThrowAway: true });
  const templateName = 'template_warehouse';
  const maintenance = openDatabase(server.url, { max: 1 });
  await maintenance.pool.query(`create database ${templateName}`);
  await maintenance.close();
  const template = openDatabase(server.url.replace(/\/postgres$/, `/${templateName}`), { max: 2 });
  await migrate(template.pool);
  await applyViews(template.pool);
  await template.close();
  project.provide('serverUrl', server.url);
  project.provide('templateName', templateName);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
