import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../platform/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Which layers a layer may read: data goes one way, and only staging opens raw. `ops` holds mapping and settings, which any layer may ask. */
const mayRead: Readonly<Record<string, readonly string[]>> = {
  raw: ['raw', 'ops'],
  staging: ['raw', 'staging', 'ops'],
  intermediate: ['staging', 'intermediate', 'ops'],
  intercom: ['staging', 'intermediate', 'intercom', 'ops'],
  reconcile: ['staging', 'intermediate', 'intercom', 'load', 'reconcile', 'ops'],
  handoff: ['staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'],
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('views read only layers that come before their own', async () => {
  const { rows } = await database.pool.query<{
    reader: string;
    reader_layer: string;
    read: string;
    read_layer: string;
  }>(`
    select distinct reader.oid::regclass::text as reader, reader.relnamespace::regnamespace::text as reader_layer,
           read.oid::regclass::text as read, read.relnamespace::regnamespace::text as read_layer
    from pg_rewrite w
    join pg_class reader on reader.oid = w.ev_class and reader.relkind = 'v'
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
    join pg_class read on read.oid = d.refobjid and read.oid <> reader.oid
    where reader.relnamespace::regnamespace::text = any (array['raw', 'staging', 'intermediate', 'intercom', 'reconcile', 'load', 'handoff'])`);
  expect(rows.length).toBeGreaterThan(50);
  const crossing = rows.filter((row) => !(mayRead[row.reader_layer] ?? []).includes(row.read_layer));
  expect(crossing).toEqual([]);
});

it('no stage behind the extraction opens raw', () => {
  const exempt = new Set([
    // Shows every version of one object, which only raw has.
    'load/status/explain.ts',
    // Judges the landing itself: whether what could not be stored was seen since.
    'audit/warehouse/dead-letters.ts',
    // Keeps in raw which version of an object is set aside.
    'transform/set-aside.ts',
    'transform/culprits-to-set-aside.sql',
    'transform/dependents-to-set-aside.sql',
    // Hides objects from the views, as setting them aside does, in a transaction that is undone.
    'transform/find-by-hiding.ts',
  ]);
  const files = ['audit', 'transform', 'load', 'reconcile'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|sql)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(50);
  const opening = files.filter(
    (file) =>
      !exempt.has(file) &&
      /\braw\.(latest_object|object|head|blob_source)\b/.test(readFileSync(join(projectRoot, file), 'utf8')),
  );
  expect(opening).toEqual([]);
});

it('every relation says what its rows are', async () => {
  const { rows } = await database.pool.query<{ missing: string }>(`
    select c.oid::regclass::text as missing
    from pg_class c
    where c.relkind in ('r', 'v', 'p')
      and c.relnamespace::regnamespace::text = any (array['raw', 'staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'])
      and obj_description(c.oid, 'pg_class') is null`);
  expect(rows).toEqual([]);
});
