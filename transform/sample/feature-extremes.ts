import type pg from 'pg';

export type SampleType = 'conversation' | 'contact' | 'company' | 'custom_object_instance' | 'article';

/** A trait and two objects that show it, as far apart by hash as there are. */
export interface Feature {
  readonly type: SampleType;
  readonly feature: string;
  readonly keys: readonly string[];
}

/**
 * Every trait that occurs among the objects to be loaded, each with two objects that show it. Two are enough to choose from: an
 * object that shows a rare trait mostly shows common ones as well.
 */
export async function findFeatures(pool: pg.Pool): Promise<Feature[]> {
  const values = await mappedValueQueries(pool);
  const { rows } = await pool.query<{ type: SampleType; feature: string; low: string; high: string }>(
    `select target_type as type, feature, min(place) as low, max(place) as high
     from (
       select target_type, feature, ${placeOf('target_key')} as place from reconcile.sample_feature
       ${values.map(({ type, query }) => `union all select ${literal(type)}, feature, ${placeOf('target_key')} from (${query}) as mapped`).join('\n')}
     ) as shown
     group by 1, 2
     order by 1, 2`,
  );
  return rows.map(({ type, feature, low, high }) => ({ type, feature, keys: [...new Set([keyOf(low), keyOf(high)])] }));
}

/** Everything the named objects show. */
export async function featuresOf(pool: pg.Pool, keys: readonly string[]): Promise<Map<string, Set<string>>> {
  const values = await mappedValueQueries(pool);
  const { rows } = await pool.query<{ target_key: string; features: string[] }>(
    `select target_key, array_agg(distinct feature) as features
     from (
       select target_key, feature from reconcile.sample_feature where target_key = any ($1)
       ${values.map(({ query }) => `union all select target_key, feature from (${query}) as mapped where target_key = any ($1)`).join('\n')}
     ) as shown
     group by target_key`,
    [keys],
  );
  return new Map(rows.map((row) => [row.target_key, new Set(row.features)]));
}

/** Eight hexadecimal digits of a hash, then the key: sorts objects in an order that has nothing to do with their ids. */
function placeOf(column: string): string {
  return `lpad(to_hex(hashtext(${column})::bigint & 4294967295), 8, '0') || ' ' || ${column}`;
}

const keyOf = (place: string): string => place.slice(9);

/**
 * One query a class of tickets, changes or custom objects: which mapped attributes are filled, and which value each enumeration has. Built from the mapping,
 * because opening the payload once with named columns costs a fraction of unfolding it.
 */
async function mappedValueQueries(pool: pg.Pool): Promise<{ type: SampleType; query: string }[]> {
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
  const classes = new Map<string, typeof rows>();
  for (const row of rows) classes.set(row.class, [...(classes.get(row.class) ?? []), row]);
  return [...classes].map(([name, attributes]) => {
    const columns = attributes.map(({ attribute }) => `${identifier(attribute)} text`).join(', ');
    const traits = attributes.map(({ attribute, home, has_values }) => {
      const value = `f.${identifier(attribute)}`;
      const shown = has_values
        ? `${literal(`value: ${name}.${attribute} = `)} || left(${value}, 60)`
        : literal(`${home === 'record_note' ? 'record note' : home}: ${name}.${attribute}`);
      return `(case when ${value} not in ('', '0', '[]', '{"entries": []}') then ${shown} end)`;
    });
    const isTicket = attributes[0]?.destination === 'conversation';
    const planned = isTicket ? 'intercom.conversation c on c.target_key' : 'staging.mapped_object c on c.source_key';
    const query = `select o.source_key as target_key, t.feature
      from raw.latest_object o
      join ${planned} = o.source_key
      cross join lateral jsonb_to_record(o.payload) as f (${columns})
      cross join lateral (values ${traits.join(', ')}) as t (feature)
      where o.root_class = ${literal(attributes[0]?.root_class ?? '')} and o.final_class = ${literal(name)} and t.feature is not null`;
    return { type: isTicket ? 'conversation' : 'custom_object_instance', query };
  });
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
