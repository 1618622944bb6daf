import type pg from 'pg';
import type { Standing } from '../console-context.ts';

export interface FoundRecord {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  /** Named by its ref, key, address or id, and not by a part of its words. */
  readonly isExact: boolean;
}

/** Most records shown; who looks for one that is not among them knows more of its name. */
const most = 50;

const exact = `
  select source_key as key, source_key as title, root_class as kind from raw.head where source_key = $1
  union
  select split_part(target_key, '#', 1), target_type || ' ' || target_id, target_type from load.identity where target_id = $1
    and target_type in ('conversation', 'contact', 'company', 'article', 'custom_object_instance', 'part')`;

const exactOfViews = `
  select ticket_key, ref || ' ' || title, final_class from intermediate.ticket where ref = $1
  union
  select target_key, name || ' <' || email || '>', 'contact' from intercom.contact where email = lower($1)`;

const byWords = `
  (select target_key as key, name as title, 'contact' as kind from intercom.contact where name ilike $1 or email ilike $1 limit ${most})
  union all
  (select target_key, name, 'company' from intercom.company where name ilike $1 or company_id ilike $1 limit ${most})
  union all
  (select target_key, title, 'article' from intercom.article where title ilike $1 limit ${most})
  union all
  (select ticket_key, ref || ' ' || title, final_class from intermediate.ticket where title ilike $1 or ref ilike $1 limit ${most})
  limit ${most}`;

/** Records by their name, as exact as it can be had: words are looked for only where nothing has exactly that name. */
export async function findRecords(pool: pg.Pool, { isTransformed }: Standing, text: string): Promise<FoundRecord[]> {
  const query = isTransformed ? `${exact} union ${exactOfViews}` : exact;
  const named = await pool.query<Omit<FoundRecord, 'isExact'>>(
    `select distinct on (key) key, title, kind from (${query}) as found order by key, title desc limit ${most}`,
    [text],
  );
  if (named.rows.length > 0 || !isTransformed) return named.rows.map((row) => ({ ...row, isExact: true }));
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await pool.query<Omit<FoundRecord, 'isExact'>>(byWords, [pattern]);
  return rows.map((row) => ({ ...row, isExact: false }));
}
