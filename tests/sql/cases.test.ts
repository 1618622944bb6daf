import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { checkStaging } from '../../transform/check-staging.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * A case is a folder of tests/cases/: `given.json` holds iTop objects by source key, added to the small world of `world.json`;
 * `expected.json` says, by relation, which columns the row of a key must show. Besides columns there are
 * `body_contains`, `body_lacks` (texts) and `absent` (a key that must not be there). `settings.yaml` configures the case, `blobs.json` says which
 * files were fetched. `keys.txt` lists every key of the relations named there: a row too many fails as one too few does. A new case
 * needs no code; its keys are written by the first run, to be read before they are committed.
 */
const directory = join(projectRoot, 'tests', 'cases');
const names = readdirSync(directory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

type ExpectedRow = Readonly<Record<string, unknown>>;

/** A case may bring settings of its own. */
const settingsOf = (name: string) => {
  const own = join(directory, name, 'settings.yaml');
  return loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
    file: existsSync(own) ? own : join(directory, 'settings.yaml'),
  });
};

const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(directory, ...path), 'utf8')) as T;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

describe('case', () => {
  it.each(names)('%s', async (name) => {
    const { why: _why, ...expected } = read<Record<string, ExpectedRow[]> & { why: string }>(name, 'expected.json');
    const objects = {
      ...read<Record<string, GivenObject>>('world.json'),
      ...read<Record<string, GivenObject>>(name, 'given.json'),
    };
    await decide(name);
    await landObjects(database.pool, objects);
    await fetchBlobs(name);
    await runTransform(database.pool, settingsOf(name), openProgress('silent'));
    const keys: string[] = [];
    for (const [relation, rows] of Object.entries(expected)) keys.push(...(await expectRows(relation, rows)));
    await expect(`${keys.sort().join('\n')}\n`).toMatchFileSnapshot(join(directory, name, 'keys.txt'));
    // A case may show a status nobody mapped; everything else holds in every case.
    const offences = (await checkStaging(database.pool)).filter(
      (check) => check.offences > 0 && check.test !== 'assert_conversation__every_ticket',
    );
    expect(offences).toEqual([]);
  });
});

/** A case may decide what its classes become: `mapping.sql`. */
async function decide(name: string): Promise<void> {
  const own = join(directory, name, 'mapping.sql');
  if (existsSync(own)) await database.pool.query(readFileSync(own, 'utf8'));
}

/** Files that the case's objects hold, as if their bytes had been fetched. */
async function fetchBlobs(name: string): Promise<void> {
  if (!existsSync(join(directory, name, 'blobs.json'))) return;
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type, finding)
     select key, 'contents', case when finding is distinct from 'bytes missing' and finding is distinct from 'empty file' then sha256(key::bytea) end,
            10, file_name, media_type, finding
     from jsonb_to_recordset($1::jsonb) as b (key text, file_name text, media_type text, finding text)`,
    [JSON.stringify(read(name, 'blobs.json'))],
  );
}

/** Gives back the relation's name with the key of each of its rows. */
async function expectRows(relation: string, expected: readonly ExpectedRow[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(r) as row from ${relation} r`,
  );
  const keyName =
    ['item_key', 'organization_key', 'target_key'].find((name) => expected.some((row) => name in row)) ?? 'target_key';
  const byKey = new Map(rows.map(({ row }) => [row[keyName], row]));
  for (const { absent, body_contains, body_lacks, ...columns } of expected) {
    if (absent !== undefined) {
      expect([...byKey.keys()], `${relation} must not hold ${String(absent)}`).not.toContain(absent);
      continue;
    }
    const actual = byKey.get(columns[keyName]);
    expect(actual, `${relation} must hold ${String(columns[keyName])}`).toBeDefined();
    const shown = Object.fromEntries(
      Object.keys(columns).map((column) => [column, normalise(column, actual?.[column])]),
    );
    expect(shown).toMatchObject(columns);
    for (const text of (body_contains ?? []) as string[]) expect(actual?.body).toContain(text);
    for (const text of (body_lacks ?? []) as string[]) expect(actual?.body).not.toContain(text);
  }
  return rows.map(({ row }) => `${relation} ${String(row[keyName])}`);
}

/** Times are compared as instants, whatever zone they are shown in. */
function normalise(column: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/_(at|until)$/.test(column)) return value;
  return new Date(value).toISOString().replace('.000Z', 'Z');
}
