import { type NotNull, sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { type ItopAddresses, objectsAddressed } from './itop-addresses.ts';

/** What the addresses of iTop in these texts are called: the refs or names of the objects they lead to, as iTop was read last. */
export async function addressesIn(
  database: pg.Pool | pg.ClientBase,
  texts: Iterable<string>,
  hosts: ReadonlySet<string> | undefined,
): Promise<ItopAddresses> {
  const keys = new Set<string>();
  for (const text of texts) for (const key of objectsAddressed(text, { hosts, names: new Map() })) keys.add(key);
  if (keys.size === 0) return { hosts, names: new Map() };
  const rows = await warehouse(database)
    .selectFrom(sql<{ key: string }>`unnest(${[...keys]}::text[])`.as<'k'>(sql`k (key)`))
    .innerJoin('ops.itop_class as c', (join) => join.on('c.class', '=', sql<string>`split_part(k.key, '::', 1)`))
    .innerJoin('staging.object as o', (join) =>
      join.on('o.source_key', '=', sql<string>`c.root_class || '::' || split_part(k.key, '::', 2)`),
    )
    .select(['k.key', 'o.label as name'])
    .where('o.label', '<>', '')
    .$narrowType<{ name: NotNull }>()
    .execute();
  return { hosts, names: new Map(rows.map(({ key, name }) => [key, name])) };
}
