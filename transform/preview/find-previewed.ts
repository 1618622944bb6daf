import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';

/** Something that has a planned form in Intercom. */
export interface Previewed {
  readonly key: string;
  readonly type: 'conversation' | 'custom_object_instance' | 'article';
  readonly title: string;
}

const planned = `
  select c.target_key as key, 'conversation' as type, c.title, c.source_key from intercom.conversation c
  union all
  select i.target_key, 'custom_object_instance', null, i.source_key from intercom.custom_object_instance i
  union all
  select a.target_key, 'article', a.title, a.source_key from intercom.article a`;

/** Objects that have no title of their own in Intercom are named as in iTop. */
const titled = `coalesce(p.title, nullif(concat_ws(' ', o.field ->> 'ref', coalesce(o.field ->> 'title', o.field ->> 'name')), ''), p.key) as title`;

/**
 * What the page shows: what is named by ref or key, in that order; else the sample: its tickets, then the objects and articles
 * that it holds for what they show. Throws RefusedError for what is not planned, and where no sample is drawn.
 */
export async function findPreviewed(pool: pg.Pool, names: readonly string[]): Promise<Previewed[]> {
  if (names.length === 0) {
    const { rows } = await pool.query<Previewed>(
      `select p.key, p.type, ${titled}
       from ops.sample s
       join (${planned}) as p on p.key = s.target_key and p.type = s.target_type
       join staging.object o on o.source_key = p.source_key
       where s.target_type = 'conversation' or s.covers <> '{}'
       order by array_position(array['conversation', 'custom_object_instance', 'article'], p.type), s.position`,
    );
    if (rows.some((row) => row.type === 'conversation')) return rows;
    throw new RefusedError('There is no sample to show.', {
      stage: 'preview',
      nextStep: 'itop-to-intercom sample; or name tickets: itop-to-intercom preview R-000123',
    });
  }
  const { rows } = await pool.query<Previewed & { ref: string | null }>(
    `with named as materialized (
       select source_key, field from staging.object where source_key = any ($1)
       union
       select source_key, field from staging.object where root_class = 'Ticket' and field ->> 'ref' = any ($1)
     )
     select p.key, p.type, ${titled}, o.field ->> 'ref' as ref
     from named o join (${planned}) as p on p.source_key = o.source_key`,
    [names],
  );
  const byName = new Map<string, Previewed>(
    rows.flatMap((row) => [[row.key, row] as const, [row.ref ?? '', row] as const]),
  );
  const unknown = names.filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    throw new RefusedError(`Nothing is planned for ${unknown.join(', ')}.`, {
      stage: 'preview',
      nextStep: 'Name a ref (R-000123) or a key (Ticket::83, FAQ::1) of something that was extracted and transformed.',
    });
  }
  return names.flatMap((name) => byName.get(name) ?? []);
}
