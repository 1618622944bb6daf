import type pg from 'pg';
import { type Html, html } from '../../platform/html.ts';
import { itemWords, objectOf } from '../words.ts';

/** What people call the records of some keys. */
export type RecordNames = ReadonlyMap<string, string>;

/** Name of an object as its payload `o` gives it: ref and title of a ticket, full name of a person, name of anything else. */
export const nameExpression = `nullif(btrim(concat_ws(' ', nullif(o.payload ->> 'ref', ''), coalesce(nullif(o.payload ->> 'title', ''),
  case when o.root_class = 'Contact' then nullif(btrim(concat_ws(' ', o.payload ->> 'first_name', o.payload ->> 'name')), '') end,
  nullif(o.payload ->> 'friendlyname', ''), nullif(o.payload ->> 'name', '')))), '')`;

/** Names of the objects that some keys, or keys of their items, belong to: in one query, whatever their classes. */
export async function readNames(pool: pg.Pool, keys: readonly (string | null)[]): Promise<RecordNames> {
  const wanted = [...new Set(keys.flatMap((key) => (key === null ? [] : [objectOf(key)])))];
  if (wanted.length === 0) return new Map();
  const { rows } = await pool.query<{ source_key: string; name: string | null }>(
    `select h.source_key, ${nameExpression} as name
     from raw.head h join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
     where h.source_key = any ($1)`,
    [wanted],
  );
  return new Map(rows.map((row) => [row.source_key, row.name ?? row.source_key]));
}

/** Keys of records that a text names. */
export const keysIn = (text: string): string[] => text.match(keyPattern) ?? [];

const keyPattern = /\b[A-Za-z]\w*::\d+(?:#[a-z_]+(?:\/[\w:-]+)?)?/g;

/** A text with the keys in it as links with the records' names. */
export function namedText(names: RecordNames, text: string): Html {
  const keys = keysIn(text);
  return html`${text.split(keyPattern).map((words, i) => html`${words}${keys[i] === undefined ? '' : namedLink(names, keys[i])}`)}`;
}

/** Characters shown of a name. */
const shownLength = 90;

/** A link to a record by its name, and to the message in it; a key of no record stays a key. */
export function namedLink(names: RecordNames, key: string): Html {
  const name = names.get(objectOf(key));
  if (name === undefined) return html`${key}`;
  const item = itemWords(key);
  const shown = name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
  return html`<a href="${recordAddress(key)}" title="${key}">${shown}${item === '' ? '' : `: ${item}`}</a>`;
}

/** Address of a record's page, at the message that an item key names. */
export function recordAddress(key: string): string {
  const page = `/record/${encodeURIComponent(objectOf(key))}`;
  return key.includes('#') ? `${page}#${anchorOf(key)}` : page;
}

export const anchorOf = (itemKey: string): string => itemKey.replace(/[^A-Za-z0-9]+/g, '-');
