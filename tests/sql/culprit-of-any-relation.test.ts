import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLog } from '../../platform/log.ts';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import type { Culprit } from '../../transform/culprit.ts';
import { findByHiding } from '../../transform/find-by-hiding.ts';
import { findCulprits } from '../../transform/find-culprits.ts';
import { definitionNameOf, materialisedRelations } from '../../transform/materialised/materialised-relations.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { readViewFiles, type ViewFile } from '../../transform/view-files.ts';
import { withoutCulprits } from '../../workflow/without-culprits.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/* Whatever a relation computes and whatever its rows are keyed by: a row that cannot be computed leads to the record that it comes from. */

const read = (...path: string[]) => readFileSync(join(projectRoot, 'tests', 'cases', ...path), 'utf8');
/** Cases that together fill the relations; later ones take the tickets of earlier ones over. */
const cases = [
  'f1-articles-are-drafts',
  'f2-problems-and-relations',
  'k8-no-caller',
  't6-record-note-tells-opener-relatives-and-work-orders',
  'a1-place-of-attachments',
  'k1-service-as-tag',
  'p1-same-address-is-one-contact',
  't3-autumn-hour-of-a-single-date',
];

/** The objects of a case, its tickets under ids of their own. */
function numbered(place: number, name: string): Record<string, GivenObject> {
  const text = read(name, 'given.json')
    .replaceAll('Ticket::', `Ticket::${place + 1}00`)
    .replaceAll(/"(ticket_id|item_id|objkey)": "(?=[1-9])/g, `"$1": "${place + 1}00`);
  return JSON.parse(text) as Record<string, GivenObject>;
}

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
});

const transform = (isProbing = false) => runTransform(database.pool, settings, openProgress('silent'), { isProbing });

let database: TestDatabase;
let files: ViewFile[];
beforeAll(async () => {
  database = await createTestDatabase();
  files = await readViewFiles();
  for (const name of ['f2-problems-and-relations', 'k1-service-as-tag'])
    await database.pool.query(read(name, 'mapping.sql'));
  const given = JSON.parse(read('world.json')) as Record<string, GivenObject>;
  for (const [place, name] of cases.entries()) Object.assign(given, numbered(place, name));
  await landObjects(database.pool, given);
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type)
     select source_key, 'contents', sha256(source_key::bytea), 10, 'a.txt', 'text/plain' from raw.head where root_class = 'Attachment'`,
  );
  await transform();
});
afterAll(() => database.drop());

/** Makes a view fail on the rows with this key, in the transaction of the client. */
async function poison(client: pg.ClientBase, view: string, column: string, key: string): Promise<void> {
  const { rows } = await client.query<{ sql: string }>('select pg_get_viewdef($1::regclass) as sql', [view]);
  const sql = rows[0]?.sql.replace(/;\s*$/, '');
  await client.query(
    `create or replace view ${view} as select v.* from (${sql}) as v
     where v.${column} <> '${key}' or 1 / (length(v::text) - length(v::text)) > 0`,
  );
}

/** Poisons one row, and gives the records that are found at fault; undefined where the relation has no rows. */
async function findIn(
  view: string,
  column: string,
  find: (client: pg.ClientBase) => Promise<Culprit[]>,
): Promise<{ readonly key: string; readonly culprits: Culprit[] } | undefined> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ key: string }>(
      `select ${column} as key from ${view} order by md5(${column}) limit 1`,
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    await poison(client, view, column, row.key);
    return { key: row.key, culprits: await find(client) };
  } finally {
    await client.query('rollback');
    client.release();
  }
}

function expectFound(view: string, found: Awaited<ReturnType<typeof findIn>>): void {
  expect(found, `the cases fill ${view}`).toBeDefined();
  const { key, culprits = [] } = found ?? {};
  // A row that stands for several records, such as the caller of all tickets without one, leads to each of them.
  expect(culprits.length, `${view} ${key}`).toBeOneOf([1, 2, 3]);
  expect(new Set(culprits.map(({ message }) => message)), `${view} ${key}`).toEqual(new Set(['division by zero']));
}

it.each(materialisedRelations.map((materialised) => [materialised.relation, materialised] as const))(
  'a row of %s that cannot be computed leads to its record',
  async (_, materialised) => {
    const view = definitionNameOf(materialised);
    expectFound(
      view,
      await findIn(view, materialised.primaryKey, (client) => findCulprits(client, materialised, files)),
    );
  },
);

/** Views that no table holds: what loaders, sample, preview and hand-off read. */
const views = [
  ['intercom.article', 'target_key'],
  ['intercom.collection', 'target_key'],
  ['intercom.custom_object_instance', 'target_key'],
  ['intercom.conversation_relation', 'target_key'],
  ['intercom.conversation_tag', 'target_key'],
  ['intercom.tag', 'target_key'],
  ['intercom.comment_html', 'target_key'],
  ['handoff.object', 'source_key'],
] as const;

it.each(views)('a row of %s that cannot be computed leads to its record', async (view, column) => {
  expectFound(view, await findIn(view, column, (client) => findByHiding(client, view, files)));
});

/** Makes one row of a relation fail, and gives how to repair it. */
async function breakRow(relation: string, column: string) {
  const { pool } = database;
  const keys = async () =>
    (await pool.query<{ key: string }>(`select ${column} as key from ${relation} order by 1`)).rows.map(
      ({ key }) => key,
    );
  const before = await keys();
  const isTable = materialisedRelations.some((one) => one.relation === relation);
  const view = isTable ? `${relation}_definition` : relation;
  const { rows } = await pool.query<{ sql: string }>('select pg_get_viewdef($1::regclass) as sql', [view]);
  const client = await pool.connect();
  await poison(client, view, column, before[0] ?? '');
  client.release();
  if (isTable) await pool.query('delete from ops.materialised where relation = $1', [relation]);
  const repair = async () => {
    await pool.query(`create or replace view ${view} as ${rows[0]?.sql}`);
    await pool.query(`update ops.set_aside set inputs_hash = ''`);
    expect((await transform()).setAside).toEqual([]);
    expect(await keys()).toEqual(before);
  };
  return { keys, others: before.slice(1), repair };
}

it.each([
  ['intercom.contact_company', 'target_key'],
  ['intermediate.placeholder_caller', 'contact_key'],
])('a transform goes on without the record that stops %s, and takes it again', async (relation, column) => {
  const { keys, others, repair } = await breakRow(relation, column);
  const { setAside } = await transform();
  expect(setAside.length).toBeGreaterThan(0);
  expect(await keys()).toEqual(others);
  const findings = await database.pool.query(`select from reconcile.record_finding where reason_code = 'set_aside'`);
  expect(findings.rowCount).toBe(setAside.length);
  await repair();
});

it('a stage that reads a view which no transform computes goes on without the record that stops it', async () => {
  const { keys, others, repair } = await breakRow('intercom.conversation_relation', 'target_key');
  // Set aside before and corrected since: they are taken again while another one is set aside.
  await database.pool.query(
    `insert into ops.set_aside (source_key, version_id, for_key, relation, reason, inputs_hash)
     select source_key, version_id - 1, source_key, 'a relation', 'a former value', ''
     from raw.head where root_class = 'Contact' order by 1 limit 3`,
  );
  const context = { database, settings, progress: openProgress('silent'), log: openLog(settings.log, 'test') };
  expect(await withoutCulprits(context, keys)).toEqual(others);
  await repair();
});

it('objects are hidden in the order in which landing locks them', async () => {
  const { pool } = database;
  const { rows } = await pool.query<{ source_key: string }>(
    `select source_key from raw.head where op = 'upsert' and root_class = (
       select root_class from raw.head where op = 'upsert' group by 1 order by count(*) desc, 1 limit 1) order by 1`,
  );
  const [first, ...others] = rows.map((row) => row.source_key);
  const [landing, hiding] = [await pool.connect(), await pool.connect()];
  try {
    // A row that is written again lies behind the others: without an order it would be reached last.
    await pool.query('update raw.head set op = op where source_key = $1', [first]);
    await landing.query('begin');
    await landing.query('select from raw.head where source_key = $1 for update', [first]);
    await hiding.query('begin');
    const found = findByHiding(hiding, 'intercom.tag', files);
    const isWaiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(async () => (await pool.query(isWaiting)).rowCount, { interval: 5 }).toBe(1);
    const free = await landing.query(
      'select from raw.head where source_key = any ($1) order by source_key for update skip locked',
      [others],
    );
    expect(free.rowCount).toBe(others.length);
    await landing.query('rollback');
    await found;
  } finally {
    for (const client of [landing, hiding]) {
      await client.query('rollback');
      client.release();
    }
  }
});
