import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { writeWarehouseTypes } from '../support/warehouse-types.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Everything of the warehouse's shape that the catalogue tells, one line a column, constraint, index or function. */
const description = `
  with relation as (
    select c.oid, c.relnamespace::regnamespace::text || '.' || c.relname as name, c.relkind, c.relispartition
    from pg_class c
    where c.relnamespace::regnamespace::text = any (array['raw', 'staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'])
      and c.relkind in ('r', 'p', 'v')
  )
  select line from (
    select name, 1 as rank, 0 as place,
      case r.relkind when 'v' then 'view ' when 'p' then 'partitioned table ' else 'table ' end || r.name
        || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '') as line
    from relation r join pg_class c using (oid)
    union all
    select r.name, 2, a.attnum, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
    from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where not r.relispartition
    union all
    select r.name, 3, 0, '  ' || pg_get_constraintdef(k.oid)
    from relation r join pg_constraint k on k.conrelid = r.oid and k.contype <> 'n' where not r.relispartition
    union all
    select r.name, 4, 0, '  ' || regexp_replace(pg_get_indexdef(i.indexrelid), ' INDEX \\S+ ON', ' INDEX ON')
    from relation r join pg_index i on i.indrelid = r.oid where not r.relispartition and not i.indisprimary
    union all
    select n.nspname || '.' || p.proname, 5, 0, 'function ' || p.oid::regprocedure || ' returns ' || pg_get_function_result(p.oid)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = any (array['raw', 'staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'])
  ) as told
  order by name, rank, place, line`;

it('the shape of the warehouse is the one in schema.txt (after a wanted change: npm test -- tests/sql/schema.test.ts -u)', async () => {
  const { rows } = await database.pool.query<{ line: string }>(description);
  await expect(`${rows.map((row) => row.line).join('\n')}\n`).toMatchFileSnapshot('schema.txt');
});

it('the TypeScript types of the warehouse are those of the schema (after a wanted change: npm run types)', async () => {
  await expect(await writeWarehouseTypes(database.pool)).toMatchFileSnapshot('../../platform/warehouse-types.ts');
});
