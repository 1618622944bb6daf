import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { readingAids } from '../../transform/reading-aids.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const directory = join(projectRoot, 'docs', 'queries');
const cases = join(projectRoot, 'tests', 'cases');
const given = (...path: string[]): Record<string, GivenObject> =>
  JSON.parse(readFileSync(join(cases, ...path), 'utf8')) as Record<string, GivenObject>;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await landObjects(database.pool, {
    ...given('world.json'),
    ...given('t2-kinds-of-parts', 'given.json'),
    ...given('p1-same-address-is-one-contact', 'given.json'),
    ...given('k5-impacted-ci-name', 'given.json'),
    ...given('f1-articles-are-drafts', 'given.json'),
    'FunctionalCI::9': { class: 'Server', fields: { name: 'srv-a-00', status: 'production' } },
  });
  const environment = {
    ITOP_URL: 'http://itop.example',
    ITOP_USER: 'u',
    ITOP_PASSWORD: 'p',
    ITOP_TIMEZONE: 'Europe/Paris',
  };
  await runTransform(database.pool, loadSettings({ environment }), openProgress('silent'));
});
afterAll(() => database.drop());

describe('worked query', () => {
  it.each(readdirSync(directory))('%s runs and says what it answers', async (file) => {
    const sql = readFileSync(join(directory, file), 'utf8');
    expect(sql).toMatch(/^-- .+\?/);
    const { rows } = await database.pool.query<Record<string, unknown>>(sql);
    // Every class of this world is decided: there the right answer is none.
    if (!file.startsWith('06')) expect(rows.length).toBeGreaterThan(0);
  });
});

it('the dictionary tells every relation and the picture how they hang together', async () => {
  const { dictionary, entities, dbtSources } = await readingAids(database.pool);
  for (const relation of [
    'staging.ticket',
    'intercom.conversation_part',
    'handoff.article_review',
    'reconcile.disposition',
  ]) {
    expect(dictionary).toContain(`## ${relation}\n`);
  }
  expect(entities).toContain('conversation ||--o{ conversation_part : conversation_key');
  expect(entities).toContain('person ||--o{ ticket : caller_key');
  // What is committed is what the database says; after a change of a view: npx vitest run tests/docs/reading-aids.test.ts -u
  await expect(dictionary).toMatchFileSnapshot(join(projectRoot, 'docs', 'data-dictionary.md'));
  await expect(entities).toMatchFileSnapshot(join(projectRoot, 'docs', 'entities.md'));
  await expect(dbtSources).toMatchFileSnapshot(join(projectRoot, 'docs', 'dbt-sources.yml'));
});

it('the sources for dbt name every relation and column that the database has', async () => {
  const { dbtSources } = await readingAids(database.pool);
  const { sources } = parse(dbtSources) as {
    sources: { schema: string; tables: { name: string; description?: string; columns: { name: string }[] }[] }[];
  };
  for (const { schema, tables } of sources) {
    for (const { name, description, columns } of tables) {
      expect(description, `${schema}.${name}`).toBeTruthy();
      const named = columns.map((column) => `"${column.name}"`).join(', ');
      await database.pool.query(`select ${named} from ${schema}.${name} limit 0`);
    }
  }
  expect(sources.map(({ schema }) => schema)).toContain('reconcile');
});
