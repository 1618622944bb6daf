import { sql } from 'kysely';
import type pg from 'pg';
import { objectOf } from '../platform/item-key.ts';
import { anyOf, warehouse } from '../platform/warehouse.ts';

/** What people call the records of some keys. */
export type RecordNames = ReadonlyMap<string, string>;

/** Name of an object as its payload `o` gives it: ref and title of a ticket, full name of a person, name of a file, name of anything else. */
export const nameExpression = `nullif(btrim(concat_ws(' ', nullif(o.payload ->> 'ref', ''), coalesce(nullif(o.payload ->> 'title', ''),
  case when o.root_class in ('Attachment', 'InlineImage') then nullif(o.payload #>> '{contents,filename}', '') end,
  case when o.root_class = 'Contact' then nullif(btrim(concat_ws(' ', o.payload ->> 'first_name', o.payload ->> 'name')), '') end,
  nullif(o.payload ->> 'friendlyname', ''), nullif(o.payload ->> 'name', '')))), '')`;

/** Names of the objects that some keys, or keys of their items, belong to: in one query, whatever their classes. */
export async function readNames(pool: pg.Pool, keys: readonly (string | null)[]): Promise<RecordNames> {
  const wanted = [...new Set(keys.flatMap((key) => (key === null ? [] : [objectOf(key)])))];
  if (wanted.length === 0) return new Map();
  const rows = await warehouse(pool)
    .selectFrom('raw.head as h')
    .innerJoin('raw.object as o', (join) =>
      join.onRef('o.root_class', '=', 'h.root_class').onRef('o.version_id', '=', 'h.version_id'),
    )
    .select([
      'h.source_key',
      sql<string | null>`coalesce((
        select nullif(b.file_name, '') from raw.blob_source b
        where h.root_class in ('Attachment', 'InlineImage') and b.source_key = h.source_key and b.attribute = 'contents'
      ), ${sql.raw(nameExpression)})`.as('name'),
    ])
    .where('h.source_key', '=', anyOf(wanted))
    .execute();
  return new Map(rows.map((row) => [row.source_key, row.name ?? row.source_key]));
}
