import type pg from 'pg';
import { nameExpression } from '../../itop/record-names.ts';
import { ticketWords } from '../../transform/materialised/materialised-relations.ts';
import type { Standing } from '../console-context.ts';

export interface FoundRecord {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  /** Named by its ref, key, address or id, and not by a part of its words. */
  readonly isExact: boolean;
}

/** Most records shown; who looks for one that is not among them knows more of its name. */
export const mostFound = 50;

const ofThings = `('conversation', 'contact', 'company', 'article', 'custom_object_instance', 'part')`;

/** By source key, and by Intercom's id of it or of a message in it. */
const exact = `
  select source_key as key, root_class as kind from raw.head where source_key = $1
  union
  select split_part(split_part(i.target_key, '#', 1), '/', 1), case i.target_type when 'part' then 'conversation' else i.target_type end
  from load.workspace w join load.identity i on i.workspace_id_code = w.workspace_id_code and i.target_id = $1 and i.target_type in ${ofThings}`;

/** By the ref of a ticket, and by the address of people: merged ones and agents too. */
const exactOfViews = `
  select ticket_key, final_class from intermediate.ticket where ref = $1
  union
  select h.source_key, 'person' from raw.head h
  join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
  where h.root_class = 'Contact' and position('@' in $1) > 0 and lower(o.payload ->> 'email') = lower($1)`;

const named = (name: string): string => `(${name}) ilike all ($1::text[])`;

const byWords = `
  (select h.source_key as key, ${nameExpression} as title, o.final_class as kind from raw.head h
   join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
   where h.root_class in ('Contact', 'Organization', 'FAQ') and o.root_class in ('Contact', 'Organization', 'FAQ')
     and ${named(`concat_ws(' ', ${nameExpression}, o.payload ->> 'email', o.payload ->> 'code')`)}
   limit ${mostFound})
  union all
  (select ticket_key, concat_ws(' ', ref, title), final_class from intermediate.ticket t
   where ${ticketWords} @@ $2::tsquery limit ${mostFound})
  union all
  (select i.target_key, concat_ws(' ', ${nameExpression}), o.final_class from intercom.custom_object_instance i
   join raw.head h on h.source_key = i.source_key
   join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
   where ${named(`concat_ws(' ', ${nameExpression}, i.external_id)`)} limit ${mostFound})
  limit ${mostFound}`;

/** Records by their name, as exact as it can be had: words are looked for only where nothing has exactly that name. */
export async function findRecords(pool: pg.Pool, { isTransformed }: Standing, text: string): Promise<FoundRecord[]> {
  const query = isTransformed ? `${exact} union ${exactOfViews}` : exact;
  const found = await pool.query<Omit<FoundRecord, 'isExact'>>(
    `select distinct on (f.key) f.key, coalesce(${nameExpression}, f.key) as title, f.kind
     from (${query}) as f
     left join raw.head h on h.source_key = f.key
     left join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id
     order by f.key limit ${mostFound}`,
    [text],
  );
  if (found.rows.length > 0 || !isTransformed) return found.rows.map((row) => ({ ...row, isExact: true }));
  const words = text.split(/\s+/).filter((word) => word !== '');
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  // The beginnings of words, each of which must occur.
  const lexemes = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const { rows } = await pool.query<Omit<FoundRecord, 'isExact'>>(byWords, [
    patterns,
    lexemes.map((word) => `'${word.toLowerCase()}':*`).join(' & '),
  ]);
  return rows.map((row) => ({ ...row, isExact: false }));
}
