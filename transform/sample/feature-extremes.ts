import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { anyOf, warehouse } from '../../platform/warehouse.ts';
import type { Warehouse } from '../../platform/warehouse-types.ts';

export type SampleType = 'conversation' | 'contact' | 'company' | 'custom_object_instance' | 'article';

/**
 * Objects to draw a sample from, by type: two for every trait that occurs among the objects to be loaded, as far apart by hash as there
 * are. Two are enough to choose from: an object that shows a rare trait mostly shows common ones as well.
 */
export async function findCandidates(pool: pg.Pool): Promise<Map<SampleType, string[]>> {
  const mapped = await readMappedClasses(pool);
  const extremes: Extremes[] = [];
  for (const query of [extremesOfObjects, extremesOfParts, ...mapped.map(extremesOf)])
    extremes.push(...(await query.execute(warehouse(pool))).rows);
  const candidates = new Map<SampleType, string[]>();
  for (const [type, rows] of Map.groupBy(extremes, (row) => row.type)) {
    // Objects that share a hash are all candidates: what each shows is looked up anyway.
    const found = await warehouse(pool)
      .selectFrom(relationOf[type])
      .select('target_key')
      .where(sql<number>`hashtext(target_key)`, '=', anyOf(rows.flatMap(({ low, high }) => [low, high])))
      .execute();
    candidates.set(
      type,
      found.map((row) => row.target_key),
    );
  }
  return candidates;
}

/** The lowest and the highest hash of the objects that show a trait: an order that has nothing to do with their ids. */
interface Extremes {
  readonly type: SampleType;
  readonly low: number;
  readonly high: number;
}

const extremesOfObjects = sql<Extremes>`
  select target_type as type, min(hashtext(target_key)) as low, max(hashtext(target_key)) as high
  from reconcile.sample_feature
  where shown_by <> 'part'
  group by target_type, feature`;

/** Parts are by far the most: they are grouped by what decides about their traits, which need not be named for that. */
const extremesOfParts = sql<Extremes>`
  select 'conversation' as type, min(hashtext(conversation_key)) as low, max(hashtext(conversation_key)) as high
  from reconcile.conversation_part_trait
  group by kind, part_type, author_kind, is_fallback, sent_time, goes_on, body_format`;

/** Everything the named objects show. */
export async function featuresOf(pool: pg.Pool, keys: readonly string[]): Promise<Map<string, Set<string>>> {
  const shown = [
    sql`select target_key, feature from reconcile.sample_feature where target_key = any (${keys})`,
    ...(await readMappedClasses(pool)).map((mapped) => shownBy(mapped, keys)),
  ];
  const { rows } = await sql<{ target_key: string; features: string[] }>`
    select target_key, array_agg(distinct feature) as features
    from (${sql.join(shown, sql` union all `)}) as shown
    group by target_key`.execute(warehouse(pool));
  return new Map(rows.map((row) => [row.target_key, new Set(row.features)]));
}

export const relationOf = {
  conversation: 'intercom.conversation',
  contact: 'intercom.contact',
  company: 'intercom.company',
  custom_object_instance: 'intercom.custom_object_instance',
  article: 'intercom.article',
} as const satisfies Record<SampleType, keyof Warehouse>;

/** A class whose objects are loaded one by one, with the attributes that are mapped. */
interface MappedClass {
  readonly name: string;
  readonly rootClass: string;
  readonly type: SampleType;
  readonly attributes: readonly { readonly name: string; readonly trait: string; readonly hasValues: boolean }[];
}

/** Classes of tickets, changes and custom objects with their mapped attributes, and how each trait is called. */
async function readMappedClasses(pool: pg.Pool): Promise<MappedClass[]> {
  const rows = await warehouse(pool)
    .selectFrom('ops.mapping_attribute as a')
    .innerJoin('ops.mapping_class as c', 'c.class', 'a.class')
    .innerJoin('ops.itop_class as t', 't.class', 'a.class')
    .select(({ exists, or, eb, selectFrom }) => [
      'a.class',
      't.root_class',
      'a.attribute',
      'a.home',
      'c.destination',
      or([
        exists(
          selectFrom('ops.mapping_enum_value as v')
            .select('v.value')
            .whereRef('v.class', '=', 'a.class')
            .whereRef('v.attribute', '=', 'a.attribute'),
        ),
        eb('a.attribute', '=', 'status'),
      ])
        .$castTo<boolean>()
        .as('has_values'),
    ])
    .where('c.destination', 'in', ['conversation', 'custom_object'])
    .where('a.home', 'in', ['attribute', 'record_note', 'part'])
    .orderBy('a.class')
    .orderBy('a.attribute')
    .execute();
  return [...Map.groupBy(rows, (row) => row.class)].map(([name, attributes]) => ({
    name,
    rootClass: attributes[0]?.root_class ?? '',
    type: attributes[0]?.destination === 'conversation' ? 'conversation' : 'custom_object_instance',
    attributes: attributes.map(({ attribute, home, has_values }) => ({
      name: attribute,
      hasValues: has_values,
      trait: has_values
        ? `value: ${name}.${attribute} = `
        : `${home === 'record_note' ? 'record note' : home}: ${name}.${attribute}`,
    })),
  }));
}

const isFilled = (value: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`${value} not in ('', '0', '[]', '{"entries": []}')`;

/** The objects of a class that are loaded; each payload is unpacked once. */
function loadedObjects({ name, rootClass, type }: MappedClass, more = sql``): RawBuilder<unknown> {
  const [planned, key] =
    type === 'conversation' ? ['intercom.conversation', 'target_key'] : ['staging.mapped_object', 'source_key'];
  return sql`select o.source_key, o.field || '{}' as payload
      from staging.object o
      join ${sql.table(planned)} c on c.${sql.ref(key)} = o.source_key
      where o.root_class = ${sql.lit(rootClass)} and o.final_class = ${sql.lit(name)} ${more}
      offset 0`;
}

/**
 * Two objects for each trait of a class. Filled attributes are columns of aggregates, so that a class is read once and only the
 * values of enumerations become rows.
 */
function extremesOf(mapped: MappedClass): RawBuilder<Extremes> {
  const filled = mapped.attributes.filter(({ hasValues }) => !hasValues);
  const valued = mapped.attributes.filter(({ hasValues }) => hasValues);
  const text = (name: string) => sql`payload ->> ${sql.lit(name)}`;
  const column = (letter: string, i: number) => sql.ref(`${letter}${i}`);
  const columns = [
    sql`hashtext(source_key) as place`,
    ...filled.map(({ name }, i) => sql`${isFilled(text(name))} as ${column('f', i)}`),
    ...valued.map(({ name }, i) => sql`left(${text(name)}, 60) as ${column('v', i)}`),
  ];
  const aggregates = filled.map((_, i) => {
    const isShown = column('f', i);
    return sql`min(place) filter (where ${isShown}) as ${column('l', i)}, max(place) filter (where ${isShown}) as ${column('h', i)}`;
  });
  const answers = [
    ...filled.map((_, i) => sql`select ${column('l', i)} as low, ${column('h', i)} as high from extreme`),
    ...valued.map((_, i) => {
      const value = column('v', i);
      return sql`select min(place), max(place) from opened where ${isFilled(value)} group by ${value}`;
    }),
  ];
  return sql`with opened as materialized (select ${sql.join(columns)} from (${loadedObjects(mapped)}) as o),
    extreme as (select ${sql.join([sql`count(*)`, ...aggregates])} from opened)
    select ${sql.lit(mapped.type)} as type, low, high from (${sql.join(answers, sql` union all `)}) as found where low is not null`;
}

/** What some objects of a class show, one row a trait. */
function shownBy(mapped: MappedClass, keys: readonly string[]): RawBuilder<unknown> {
  const traits = mapped.attributes.map(({ name, trait, hasValues }) => {
    const value = sql`o.payload ->> ${sql.lit(name)}`;
    const shown = hasValues ? sql`${sql.lit(trait)} || left(${value}, 60)` : sql.lit(trait);
    return sql`(case when ${isFilled(sql`(${value})`)} then ${shown} end)`;
  });
  return sql`select o.source_key as target_key, t.feature
      from (${loadedObjects(mapped, sql`and o.source_key = any (${keys})`)}) as o
      cross join lateral (values ${sql.join(traits)}) as t (feature)
      where t.feature is not null`;
}
