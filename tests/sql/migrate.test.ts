import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../platform/migrate.ts';
import { applyViews } from '../../transform/apply-views.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  await file(
    '900001_shop.sql',
    `create schema shop; create table shop.fruit (name text, colour text, note text, kilos integer default 1)`,
  );
  await file('900002_shop.fruit.csv', 'name,note,colour\napple,,"red, or ""green"""\npear,"",yellow\n');
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await database.drop();
});

const file = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);
const fruit = async (): Promise<unknown[]> =>
  (await database.pool.query('select * from shop.fruit order by name')).rows as unknown[];

describe('migrations', () => {
  it('load the rows of a CSV file into the table it names, once, however many start together', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.pool, directory)));
    expect(applied.flat().sort()).toEqual(['900001_shop.sql', '900002_shop.fruit.csv']);
    expect(await migrate(database.pool, directory)).toEqual([]);
    expect(await fruit()).toEqual([
      { name: 'apple', colour: 'red, or "green"', note: null, kilos: 1 },
      { name: 'pear', colour: 'yellow', note: '', kilos: 1 },
    ]);
  });

  it('refuse a CSV file that was edited after it was loaded, and change nothing', async () => {
    const before = await fruit();
    await file('900002_shop.fruit.csv', 'name,colour\napple,blue\n');
    await expect(migrate(database.pool, directory)).rejects.toThrow('900002_shop.fruit.csv differs');
    expect(await fruit()).toEqual(before);
  });

  it('leave nothing of a file with a row that does not fit', async () => {
    await file('900002_shop.fruit.csv', 'name,note,colour\napple,,"red, or ""green"""\npear,"",yellow\n');
    await file('900003_shop.fruit.csv', 'name,kilos\nplum,2\nfig,many\n');
    await expect(migrate(database.pool, directory)).rejects.toThrow('invalid input syntax for type integer: "many"');
    expect(await fruit()).toHaveLength(2);
  });
});

it('a change of a view leaves the functions and triggers of raw where they are', async () => {
  await database.pool.query('delete from ops.view_set');
  expect((await applyViews(database.pool)).isChanged).toBe(true);
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, file_name, media_type) values ('Attachment::7', 'contents', 'a.txt', 'text/plain')`,
  );
  const { rows } = await database.pool.query('select root_class, source_key from ops.changed_object');
  expect(rows).toEqual([{ root_class: 'Attachment', source_key: 'Attachment::7' }]);
});
