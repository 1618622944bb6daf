import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { ColumnFacts } from '../support/column-facts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Columns of a view over these two tables that are said to be filled, by their names. */
async function filledColumnsOf(query: string): Promise<string[]> {
  await database.pool.query('drop view if exists public.probe');
  await database.pool.query(`create view public.probe as ${query}`);
  const { rows } = await database.pool.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'public.probe'::regclass and attnum > 0 order by attnum`,
  );
  const facts = (await ColumnFacts.read(database.pool)).ofRelation('probe');
  return rows.filter((_, index) => facts[index]?.isNullable === false).map((row) => row.name);
}

beforeAll(async () => {
  await database.pool.query(`
    create table public.ticket (ticket_key text not null, caller_key text, minutes integer not null);
    create table public.person (person_key text not null, name text)`);
});

it.each([
  ['a column that is not null', 'select ticket_key, caller_key from ticket', ['ticket_key']],
  [
    'the far side of an outer join',
    'select t.minutes, p.person_key from ticket t left join person p on p.person_key = t.caller_key',
    ['minutes'],
  ],
  [
    'both sides of an inner join',
    'select t.caller_key, p.person_key, p.name from ticket t join person p on p.person_key = t.caller_key',
    ['caller_key', 'person_key'],
  ],
  [
    'an inner join inside an outer one',
    'select t.minutes, j.caller_key from ticket t left join (ticket u join person p on p.person_key = u.caller_key) as j (a, caller_key) on true',
    ['minutes'],
  ],
  ['a condition', 'select caller_key from ticket where caller_key is not null and minutes > 3', ['caller_key']],
  ['one of two conditions', 'select caller_key from ticket where caller_key is not null or minutes > 3', []],
  [
    'a condition on the outer query, in a subquery',
    `select (select p.name from (select person_key, name from person) p where t.caller_key is not null limit 1) as a,
       array(select p.name from person p where t.caller_key is not null) as b from ticket t`,
    ['b'],
  ],
  [
    'a condition on what is made of a column',
    `select caller_key from ticket where btrim(caller_key) <> ''`,
    ['caller_key'],
  ],
  [
    'the merged column of a full join',
    'select person_key, name from person full join (select ticket_key as person_key from ticket) t using (person_key)',
    ['person_key'],
  ],
  ['coalesce', `select coalesce(caller_key, 'nobody') as a, coalesce(caller_key, null) as b from ticket`, ['a']],
  [
    'case without else',
    `select case when minutes > 1 then 1 end as a, case when minutes > 1 then 1 else 2 end as b from ticket`,
    ['b'],
  ],
  [
    'aggregates over groups',
    'select caller_key, count(*) as n, max(minutes) as m, max(caller_key) as k from ticket group by caller_key',
    ['n', 'm'],
  ],
  ['aggregates over a whole table', 'select count(*) as n, max(minutes) as m from ticket', ['n']],
  ['grouping sets', 'select ticket_key, count(*) as n from ticket group by rollup (ticket_key)', ['n']],
  [
    'both arms of a union',
    `select ticket_key as a, 'x' as b from ticket union all select person_key, name from person`,
    ['a'],
  ],
  [
    'a recursive query',
    `with recursive r (a, b) as (select ticket_key, 'x' from ticket union all select r.a, null from r) select * from r`,
    ['a'],
  ],
  [
    'what json may lack',
    `select to_jsonb(ticket_key) -> 'a' as a, jsonb_build_object('a', caller_key) as b from ticket`,
    ['b'],
  ],
  [
    'a subquery that may give no row',
    `select (select person_key from person limit 1) as a, (select count(*) from person) as b, exists (select from person) as c from ticket`,
    ['b', 'c'],
  ],
])('%s', async (_what, query, expected) => {
  expect(await filledColumnsOf(query)).toEqual(expected);
});

/** Objects of all cases together: many kinds, many things missing. */
function allGivenObjects(): Record<string, GivenObject> {
  const directory = join(projectRoot, 'tests', 'cases');
  const read = (path: string): Record<string, GivenObject> => JSON.parse(readFileSync(join(directory, path), 'utf8'));
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.assign(read('world.json'), ...folders.map(({ name }) => read(join(name, 'given.json'))));
}

it('no relation of the warehouse has null where its type says that it cannot', async () => {
  await landObjects(database.pool, allGivenObjects());
  const settings = loadSettings({
    environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
    file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  const facts = await ColumnFacts.read(database.pool);
  const { rows } = await database.pool.query<{ name: string; columns: string[] }>(
    `select c.oid::regclass::text as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relkind in ('r', 'v') and c.relnamespace::regnamespace::text = any ('{staging,intermediate,intercom,handoff,reconcile}')
     group by c.oid`,
  );
  const wrong: string[] = [];
  let seen = 0;
  for (const { name, columns } of rows) {
    const filled = columns.filter((_, index) => facts.ofRelation(name)[index]?.isNullable === false);
    if (filled.length === 0) continue;
    const counts = await database.pool.query<Record<string, string>>(
      `select count(*) as " rows", ${filled.map((column) => `count(*) filter (where "${column}" is null) as "${column}"`).join(', ')} from ${name}`,
    );
    const { ' rows': rowCount, ...nulls } = counts.rows[0] ?? {};
    if (Number(rowCount) > 0) seen++;
    for (const [column, count] of Object.entries(nulls)) if (Number(count) > 0) wrong.push(`${name}.${column}`);
  }
  expect(wrong).toEqual([]);
  // Most relations have rows here; over empty ones nothing is shown.
  expect(seen).toBeGreaterThan(80);
});
