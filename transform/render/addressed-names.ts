import type pg from 'pg';
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
  const { rows } = await database.query<{ key: string; name: string }>(
    `select k.key, o.label as name
     from unnest($1::text[]) as k (key)
     join ops.itop_class c on c.class = split_part(k.key, '::', 1)
     join staging.object o on o.source_key = c.root_class || '::' || split_part(k.key, '::', 2)
     where o.label <> ''`,
    [[...keys]],
  );
  return { hosts, names: new Map(rows.map(({ key, name }) => [key, name])) };
}
