import type pg from 'pg';

export type SampleType = 'conversation' | 'contact' | 'company' | 'custom_object_instance' | 'article';

/**
 * Objects to draw a sample from, by type: two for every trait that occurs among the objects to be loaded, as far apart by hash as there
 * are. Two are enough to choose from: an object that shows a rare trait mostly shows common ones as well.
 */
export async function findCandidates(pool: pg.Pool): Promise<Map<SampleType, string[]>> {
  const mapped = await readMappedClasses(pool);
  const extremes: Extremes[] = [];
  for (const query of [extremesOfObjects, extremesOfParts, ...mapped.map(extremesOf)])
    extremes.push(...(await pool.query<Extremes>(query)).rows);
  const candidates = new Map<SampleType, string[]>();
  for (const [type, rows] of Map.groupBy(extremes, (row) => row.type)) {
    // Objects that share a hash are all candidates: what each shows is looked up anyway.
    const { rows: found } = await pool.query<{ target_key: string }>(
      `select target_key from ${relationOf[type]} where hashtext(target_key) = any ($1)`,
      [rows.flatMap(({ low, high }) => [low, high])],
    );
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

const extremesOfObjects = `
  select target_type as type, min(hashtext(target_key)) as low, max(hashtext(target_key)) as high
  from reconcile.sample_feature
  where shown_by <> 'part'
  group by target_type, feature`;

/** Parts are by far the most: they are grouped by what decides about their traits, which need not be named for that. */
const extremesOfParts = `
  select 'conversation' as type, min(hashtext(conversation_key)) as low, max(hashtext(conversation_key)) as high
  from reconcile.conversation_part_trait
  group by kind, part_type, author_kind, is_fallback, sent_time, goes_on, body_format`;

/** Everything the named objects show. */
export async function featuresOf(pool: pg.Pool, keys: readonly string[]): Promise<Map<string, Set<string>>> {
  const values = (await readMappedClasses(pool)).map(shownBy);
  const { rows } = await pool.query<{ target_key: string; features: string[] }>(
    `select target_key, array_agg(distinct feature) as features
     from (
       select target_key, feature from reconcile.sample_feature where target_key = any ($1)
       ${values.map((query) => `union all select target_key, feature from (${query}) as mapped where target_key = any ($1)`).join('\n')}
     ) as shown
     group by target_key`,
    [keys],
  );
  return new Map(rows.map((row) => [row.target_key, new Set(row.features)]));
}

export const relationOf: Readonly<Record<SampleType, string>> = {
  conversation: 'intercom.conversation',
  contact: 'intercom.contact',
  company: 'intercom.company',
  custom_object_instance: 'intercom.custom_object_instance',
  article: 'intercom.article',
};

/** A class whose objects are loaded one by one, with the attributes that are mapped. */
interface MappedClass {
  readonly name: string;
  readonly rootClass: string;
  readonly type: SampleType;
  readonly attributes: readonly { readonly name: string; readonly trait: string; readonly hasValues: boolean }[];
}

/** Classes of tickets, changes and custom objects with their mapped attributes, and how each trait is called. */
async function readMappedClasses(pool: pg.Pool): Promise<MappedClass[]> {
  const { rows } = await pool.query<{
    class: string;
    root_class: string;
    attribute: string;
    home: string;
    destination: 'conversation' | 'custom_object';
    has_values: boolean;
  }>(
    `select a.class, t.root_class, a.attribute, a.home, c.destination,
            exists (select from ops.mapping_enum_value v where v.class = a.class and v.attribute = a.attribute) or a.attribute = 'status' as has_values
     from ops.mapping_attribute a
     join ops.mapping_class c on c.class = a.class and c.destination in ('conversation', 'custom_object')
     join ops.itop_class t on t.class = a.class
     where a.home in ('attribute', 'record_note', 'part')
     order by a.class, a.attribute`,
  );
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

const isFilled = (value: string): string => `${value} not in ('', '0', '[]', '{"entries": []}')`;

/** The objects of a class that are loaded; each payload is unpacked once. */
function loadedObjects({ name, rootClass, type }: MappedClass, more = ''): string {
  const planned =
    type === 'conversation' ? 'intercom.conversation c on c.target_key' : 'staging.mapped_object c on c.source_key';
  return `select o.source_key, o.field || '{}' as payload
      from staging.object o
      join ${planned} = o.source_key
      where o.root_class = ${literal(rootClass)} and o.final_class = ${literal(name)} ${more}
      offset 0`;
}

/**
 * Two objects for each trait of a class. Filled attributes are columns of aggregates, so that a class is read once and only the
 * values of enumerations become rows.
 */
function extremesOf(mapped: MappedClass): string {
  const filled = mapped.attributes.filter(({ hasValues }) => !hasValues);
  const valued = mapped.attributes.filter(({ hasValues }) => hasValues);
  const text = (name: string) => `payload ->> ${literal(name)}`;
  const columns = [
    `hashtext(source_key) as place`,
    ...filled.map(({ name }, i) => `${isFilled(text(name))} as f${i}`),
    ...valued.map(({ name }, i) => `left(${text(name)}, 60) as v${i}`),
  ];
  const aggregates = filled.map(
    (_, i) => `min(place) filter (where f${i}) as l${i}, max(place) filter (where f${i}) as h${i}`,
  );
  const answers = [
    ...filled.map((_, i) => `select l${i} as low, h${i} as high from extreme`),
    ...valued.map((_, i) => `select min(place), max(place) from opened where ${isFilled(`v${i}`)} group by v${i}`),
  ];
  return `with opened as materialized (select ${columns.join(', ')} from (${loadedObjects(mapped)}) as o),
    extreme as (select ${['count(*)', ...aggregates].join(', ')} from opened)
    select ${literal(mapped.type)} as type, low, high from (${answers.join(' union all ')}) as found where low is not null`;
}

/** What objects of a class show, one row a trait; for a few objects: the caller limits target_key. */
function shownBy(mapped: MappedClass): string {
  const traits = mapped.attributes.map(({ name, trait, hasValues }) => {
    const value = `o.payload ->> ${literal(name)}`;
    const shown = hasValues ? `${literal(trait)} || left(${value}, 60)` : literal(trait);
    return `(case when ${isFilled(`(${value})`)} then ${shown} end)`;
  });
  return `select o.source_key as target_key, t.feature
      from (${loadedObjects(mapped, 'and o.source_key = any ($1)')}) as o
      cross join lateral (values ${traits.join(', ')}) as t (feature)
      where t.feature is not null`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
