import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { DecisionChange } from './decision-changes.ts';

/** One kind of payload that a mapping changes: how many objects, and some of them, old against new. */
export interface PayloadChange {
  readonly class: string;
  readonly what: string;
  readonly objects: number;
  readonly examples: readonly { sourceKey: string; before: string | null; after: string | null }[];
}

const valuesNow = `
  select v.source_key, v.home || ' ' || coalesce(v.target_name, v.label, v.attribute) as what, string_agg(v.value, ', ' order by v.position, v.attribute) as value
  from intermediate.attribute_value v
  where v.source_key in (select source_key from mapping_scope)
  group by 1, 2
  union all
  select s.source_key, 'state', m.conversation_state
  from mapping_scope s
  join staging.object o on o.source_key = s.source_key
  join ops.mapping_status m on m.class = o.final_class and m.status = o.field ->> 'status'
  union all
  select s.source_key, 'destination', c.destination
  from mapping_scope s
  join ops.mapping_class c on c.class = s.final_class`;

/** Stores what the present mapping makes of every object a change can touch. False where the views are not there yet. */
export async function rememberPayloads(client: pg.ClientBase, changes: readonly DecisionChange[]): Promise<boolean> {
  const views = await client.query<{ exists: boolean }>(
    `select to_regclass('intermediate.attribute_value') is not null and exists (select from ops.setting) as exists`,
  );
  if (views.rows[0]?.exists !== true) return false;
  const classes = [...new Set(changes.map(({ entry }) => entry.split(/[.=]/, 1)[0] ?? ''))];
  await client.query(
    'create temp table mapping_scope (source_key text primary key, final_class text not null) on commit drop',
  );
  await warehouse(client)
    .$extendTables<{ mapping_scope: { source_key: string; final_class: string } }>()
    .insertInto('mapping_scope')
    .columns(['source_key', 'final_class'])
    .expression((given) =>
      given
        .selectFrom('staging.object')
        .select(['source_key', 'final_class'])
        .where('final_class', '=', anyOf(classes)),
    )
    .execute();
  await client.query('analyze mapping_scope');
  await client.query(`create temp table mapping_before on commit drop as ${valuesNow}`);
  return true;
}

/** Compares what was remembered with what the mapping now makes of the same objects. */
export async function measurePayloads(client: pg.ClientBase): Promise<PayloadChange[]> {
  const { rows } = await client.query<{
    class: string;
    what: string;
    objects: number;
    examples: { sourceKey: string; before: string | null; after: string | null }[];
  }>(
    `with after as (${valuesNow}), difference as (
       select coalesce(b.source_key, a.source_key) as source_key, coalesce(b.what, a.what) as what, b.value as before, a.value as after,
              row_number() over (partition by s.final_class, coalesce(b.what, a.what) order by coalesce(b.source_key, a.source_key) collate "C") as place,
              s.final_class
       from mapping_before b
       full join after a on a.source_key = b.source_key and a.what = b.what
       join mapping_scope s on s.source_key = coalesce(b.source_key, a.source_key)
       where a.value is distinct from b.value
     )
     select final_class as class, what, count(*)::integer as objects,
            jsonb_agg(jsonb_build_object('sourceKey', source_key, 'before', left(before, 80), 'after', left(after, 80)) order by place)
              filter (where place <= 3) as examples
     from difference
     group by 1, 2
     order by 1, 2`,
  );
  return rows.map((row) => ({ class: row.class, what: row.what, objects: row.objects, examples: row.examples }));
}
