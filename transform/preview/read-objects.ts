import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
import { cutValue } from './cut-value.ts';
import type { PlannedField, SourceMessage } from './read-tickets.ts';

/** An FAQ beside the article that is planned. */
export interface PreviewArticle {
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly collection: string | null;
  readonly state: string;
  readonly body: string;
  readonly sourceText: string;
  readonly source: string;
  readonly losses: SourceMessage['losses'];
  /** What a person should look at before it is published; empty where only a reading is needed. */
  readonly review: string;
  /** The filled fields of the FAQ with the home of each. */
  readonly fields: readonly PlannedField[];
  readonly covers: readonly string[];
}

/** A change, problem, CI or object of a custom class beside the instance that is planned. */
export interface PreviewObject {
  readonly key: string;
  readonly title: string;
  readonly finalClass: string;
  readonly type: string;
  readonly externalId: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly fields: readonly PlannedField[];
  readonly covers: readonly string[];
}

/** Reads one planned article. */
export async function readArticle(pool: pg.Pool, key: string): Promise<PreviewArticle> {
  const row = await warehouse(pool)
    .selectFrom('intercom.article as a')
    .innerJoin('staging.faq as f', 'f.faq_key', 'a.source_key')
    .leftJoin('intercom.collection as c', 'c.target_key', 'a.collection_key')
    .leftJoin('ops.rendered_body as r', (join) =>
      join
        .onRef('r.source_hash', '=', 'f.source_hash')
        .on('r.renderer_version', '=', (is) => is.selectFrom('ops.setting').select('renderer_version')),
    )
    .leftJoin('handoff.article_review as w', 'w.faq_key', 'a.source_key')
    .leftJoin('ops.sample as s', 's.target_key', 'a.target_key')
    .select(({ fn, val }) => [
      ...(['a.target_key as key', 'a.title', 'a.description', 'c.name as collection', 'a.state', 'a.body'] as const),
      fn.coalesce('r.text', val('')).as('sourceText'),
      'f.description as source',
      'r.loss',
      fn.coalesce('w.review', val('')).as('review'),
      's.covers',
    ])
    .where('a.target_key', '=', key)
    .executeTakeFirst();
  if (row === undefined) throw new Error(`${key} vanished while it was read`);
  const { loss, covers, ...article } = row;
  return {
    ...article,
    fields: await readFields(pool, key),
    losses: (loss ?? []) as PreviewArticle['losses'],
    covers: (covers ?? []) as string[],
  };
}

/** Reads one planned custom object instance, with the home of each filled field of the object. */
export async function readObject(pool: pg.Pool, key: string): Promise<PreviewObject> {
  const row = await warehouse(pool)
    .selectFrom('intercom.custom_object_instance as i')
    .innerJoin('staging.object as o', 'o.source_key', 'i.source_key')
    .leftJoin('ops.sample as s', 's.target_key', 'i.target_key')
    .select([
      'o.final_class',
      sql<string>`coalesce(nullif(concat_ws(' ', o.field ->> 'ref', coalesce(o.field ->> 'title', o.field ->> 'name')), ''), i.target_key)`.as(
        'title',
      ),
      'i.type_identifier as type',
      ...(['i.external_id', 'i.custom_attributes as attributes', 's.covers'] as const),
    ])
    .$narrowType<{ attributes: Record<string, unknown> }>()
    .where('i.target_key', '=', key)
    .executeTakeFirst();
  if (row === undefined) throw new Error(`${key} vanished while it was read`);
  return {
    key,
    title: row.title,
    finalClass: row.final_class,
    type: row.type,
    externalId: row.external_id,
    attributes: Object.entries(row.attributes).map(([name, value]) => [name, String(value)]),
    fields: await readFields(pool, key),
    covers: row.covers ?? [],
  };
}

/** The filled fields of any object of iTop, with the home of each by the confirmed mapping; the most important homes come first. */
export async function readFields(pool: pg.Pool, key: string): Promise<PlannedField[]> {
  return (await pool.query<PlannedField>(fieldQuery, [key])).rows;
}

const fieldQuery = `
select f.key as attribute,
       case when jsonb_typeof(o.field -> f.key -> 'entries') = 'array' then jsonb_array_length(o.field -> f.key -> 'entries') || ' log entries'
            else coalesce(nullif(o.field ->> (f.key || '_friendlyname'), '') || ' (' || f.value || ')', ${cutValue('f.value')}) end as value,
       a.home, a.target_name as place,
       case when v.data_type = 'datetime' and pg_input_is_valid(v.value, 'bigint')
            then to_char(to_timestamp(v.value::bigint) at time zone coalesce(g.timezone, 'UTC'), 'YYYY-MM-DD HH24:MI:SS')
            else ${cutValue("v.target_value #>> '{}'")} end as planned,
       a.reason
from staging.object o
left join ops.setting g on true
cross join lateral jsonb_each_text(o.field) as f
left join ops.mapping_attribute a on a.class = o.final_class and a.attribute = f.key
left join intermediate.mapped_object_attribute v on v.source_key = o.source_key and v.target_name = a.target_name and a.home = 'attribute'
where o.source_key = $1 and f.value is not null and f.value not in ('', '0', '[]', '{"entries": []}')
order by array_position(array['field', 'attribute', 'record_note', 'handoff', 'dropped'], a.home), a.position, f.key`;
