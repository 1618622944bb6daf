import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../platform/database.ts';
import { inheritComments } from '../../transform/inherit-comments.ts';
import { readViewFiles } from '../../transform/view-files.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const schemas = ['raw', 'staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'];

it('every column of every relation says in the database what it holds', async () => {
  const { rows } = await database.pool.query<{ missing: string }>(
    `select c.oid::regclass::text || '.' || a.attname as missing
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'v', 'p') and c.relnamespace::regnamespace::text = any ($1)
       and coalesce(btrim(col_description(c.oid, a.attnum)), '') = ''`,
    [schemas],
  );
  expect(rows.map(({ missing }) => missing)).toEqual([]);
});

it('every function says what it gives', async () => {
  const { rows } = await database.pool.query<{ missing: string }>(
    `select p.oid::regprocedure::text as missing from pg_proc p
     where p.pronamespace::regnamespace::text = any ($1) and obj_description(p.oid, 'pg_proc') is null`,
    [schemas],
  );
  expect(rows).toEqual([]);
});

it('no comment of a file names a relation or column of another one', async () => {
  for (const { name, sql } of await readViewFiles())
    for (const [, commented] of sql.matchAll(/^comment on (?:view|function|column) (\w+\.\w+)/gm))
      expect(commented).toBe(name);
});

describe('a column without a comment of its own', () => {
  /** What the columns of views say that are made one after another, beside a commented table and one that only shares a name with it. */
  async function saidBy(...views: readonly string[]): Promise<Record<string, string | null>> {
    let said: Record<string, string | null> = {};
    await inTransaction(database.pool, async (client) => {
      await client.query(`
        create schema tried;
        create table tried.person (id bigint, state text, note text);
        comment on column tried.person.id is 'The person.';
        comment on column tried.person.state is 'active or not.';
        create table tried.plan (id bigint, state text)`);
      for (const [index, view] of views.entries()) {
        await client.query(`create view tried.v${index} as ${view}`);
        await inheritComments(client, `tried.v${index}`);
      }
      const { rows } = await client.query<{ name: string; comment: string | null }>(
        `select c.relname || '.' || a.attname as name, col_description(c.oid, a.attnum) as comment
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
         where c.relnamespace = 'tried'::regnamespace and c.relkind = 'v'`,
      );
      said = Object.fromEntries(rows.map(({ name, comment }) => [name, comment]));
      await client.query('drop schema tried cascade');
    });
    return said;
  }

  it('has that of the column it is selected from, through joins, subqueries and other views, whatever its name', async () => {
    const inner =
      'with p as (select id as key, state from tried.person) select p.key, p.state from p left join tried.plan on plan.id = p.key';
    expect(await saidBy(inner, 'select key as person_key, state as person_state from tried.v0')).toEqual({
      'v0.key': 'The person.',
      'v0.state': 'active or not.',
      'v1.person_key': 'The person.',
      'v1.person_state': 'active or not.',
    });
  });

  it('has none where it is computed, comes from two relations, or only shares a name with a commented one', async () => {
    const views = [
      'select upper(state) as state from tried.person',
      'select id, state from tried.person union all select id, state from tried.plan',
      'select n.id, n.state from tried.plan n join tried.person p using (id)',
      'select coalesce(n.state, p.state) as state, p.note from tried.plan n full join tried.person p using (id)',
    ];
    expect(Object.values(await saidBy(...views)).filter((comment) => comment !== null)).toEqual([]);
  });
});
