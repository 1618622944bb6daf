import { afterEach, beforeEach, expect, it } from 'vitest';
import { readableClasses } from '../../extract/catalog/class-tree.ts';
import { discoverAttributes } from '../../extract/catalog/discover.ts';
import { OutageRetry } from '../../extract/reader/outage-retry.ts';
import type { RestReader } from '../../extract/reader/rest-reader.ts';
import type { Itop } from '../../itop/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let runId: number;
let questions: number;

beforeEach(async () => {
  database = await createTestDatabase();
  runId = 0;
  questions = 0;
});
afterEach(() => database.drop());

/** What an extraction finds of a class with these attributes; an object shown with all of its attributes is counted. */
async function discover(className: string, listed: readonly string[], hasSameModules = false) {
  const [readable] = await readableClasses(database.pool, [className]);
  if (readable === undefined) throw new Error(`There is no class ${className}`);
  const reader: Pick<RestReader, 'outageRetry' | 'sample'> = {
    outageRetry: new OutageRetry(0),
    sample: async () => {
      questions++;
      const fields = Object.fromEntries(listed.map((code) => [code, 'x']));
      return { count: 1, object: { finalClass: className, id: 1, fields, byteLength: 10 } };
    },
  };
  const itop: Pick<Itop, 'listAttributes'> = { listAttributes: async () => [...listed] };
  const discovery = {
    pool: database.pool,
    itop: itop as Itop,
    reader: reader as RestReader,
    lastCounts: new Map(),
    hasSameModules,
  };
  const known = { isStandardClass: true, hasOwnList: true, mayHold: false };
  const { findings } = await discoverAttributes({ ...discovery, runId: String(++runId) }, readable, known);
  return findings.map(({ code, subject }) => `${code} ${subject}`);
}

const decide = (attribute: string, decision: string) =>
  database.pool.query('update ops.itop_attribute set decision = $2 where attribute = $1', [attribute, decision]);

it('an attribute that is left out stays behind until a person decides, also where its class cannot be shown', async () => {
  // Showing an object would show the token, which is taken for a secret.
  const listed = ['name', 'first_name', 'badge_token'];
  const others = ['attribute_not_requested Person.badge_token', 'attributes_not_looked_for Person'];
  expect((await discover('Person', listed)).sort()).toEqual([
    ...others.slice(0, 1),
    'attribute_stays_behind Person.picture',
    ...others.slice(1),
  ]);
  await decide('picture', 'request');
  expect((await discover('Person', listed)).sort()).toEqual(others);
  await decide('picture', 'never');
  expect((await discover('Person', listed)).sort()).toEqual(others);
  expect(questions).toBe(0);
});

it('an object is shown again for what a person wants only where no query can name it', async () => {
  const listed = ['name', 'hw_pin'];
  await database.pool.query(
    `insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, decision, first_run_id, last_run_id)
     values ('MobilePhone', 'hw_pin', 'unknown', true, false, 'request', 0, 0)`,
  );
  await discover('MobilePhone', listed);
  expect(questions).toBe(1);
  await discover('MobilePhone', listed, true);
  expect(questions).toBe(1);
  await database.pool.query(
    `insert into ops.itop_attribute (class, attribute, kind, is_standard, is_requested, decision, first_run_id, last_run_id)
     values ('MobilePhone', 'acme_photo', 'unknown', false, false, 'request', 0, 0)`,
  );
  await discover('MobilePhone', listed, true);
  expect(questions).toBe(2);
});
