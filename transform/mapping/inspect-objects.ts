import type pg from 'pg';
import type { ClassInRaw } from './class-profile.ts';

/** What is asked about the objects of one class. */
export interface Inspection {
  /** Attributes with a decision: every other one that occurs is reported. */
  readonly known: readonly string[];
  /** Attributes whose values are counted. */
  readonly enumerated: readonly string[];
  /** Attributes whose values must match a pattern, or be empty. */
  readonly typed: ReadonlyMap<string, string>;
}

export interface Inspected {
  /** Attributes that occur and are not known, with how many objects have them. */
  readonly others: ReadonlyMap<string, number>;
  /** Every value of the enumerated attributes with its count. */
  readonly values: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Typed attributes with values that do not match: how many, and one object that has one. */
  readonly misfits: ReadonlyMap<string, { readonly count: number; readonly example: string }>;
}

/**
 * Looks at every object of a class once. Opening the payloads is what costs: each is opened one time (`|| '{}'` gives it
 * unpacked), equal combinations are counted together, and the questions are answered from the combinations.
 */
export async function inspectObjects(
  pool: pg.Pool,
  found: Pick<ClassInRaw, 'class' | 'rootClass'>,
  { known, enumerated, typed }: Inspection,
): Promise<Inspected> {
  const patterns = [...typed];
  const values = enumerated.map((name, i) => `payload ->> ${literal(name)} as v${i}`);
  const bad = patterns.map(([name, pattern]) => {
    const value = `payload ->> ${literal(name)}`;
    return `${value} <> '' and ${value} !~ ${literal(pattern)}`;
  });
  const misfits = bad.flatMap((isBad, i) => [
    `count(*) filter (where ${isBad})::integer as c${i}`,
    `min(source_key collate "C") filter (where ${isBad}) as k${i}`,
  ]);
  const others = `case when payload - $3::text[] <> '{}' then array(select jsonb_object_keys(payload - $3::text[])) end as others`;
  const groups = Array.from({ length: enumerated.length + 1 }, (_, i) => i + 1).join(', ');
  const answers = [
    `select 'other' as kind, k as attribute, null as value, sum(objects)::integer as count, null as example
     from seen cross join lateral unnest(others) as k group by k`,
    ...(enumerated.length === 0
      ? []
      : [
          `select 'value', e.attribute, e.value, sum(objects)::integer, null
           from seen cross join lateral (values ${enumerated.map((name, i) => `(${literal(name)}, v${i})`).join(', ')}) as e (attribute, value)
           where e.value <> '' group by e.attribute, e.value`,
        ]),
    ...patterns.map(
      ([name], i) =>
        `select 'misfit', ${literal(name)}, null, sum(c${i})::integer, min(k${i} collate "C") from seen having sum(c${i}) > 0`,
    ),
  ];
  const { rows } = await pool.query<{
    kind: 'other' | 'value' | 'misfit';
    attribute: string;
    value: string | null;
    count: number;
    example: string | null;
  }>(
    `with seen as materialized (
       select ${[others, ...values, 'count(*) as objects', ...misfits].join(', ')}
       from (
         select o.source_key, o.field || '{}' as payload
         from staging.object o
         where o.root_class = $1 and o.final_class = $2
         offset 0
       ) as opened
       group by ${groups}
     )
     select * from (${answers.join(' union all ')}) as answer
     order by kind, attribute collate "C", value collate "C"`,
    [found.rootClass, found.class, known],
  );
  const counted = new Map<string, Record<string, number>>();
  for (const { kind, attribute, value, count } of rows) {
    if (kind !== 'value' || value === null) continue;
    counted.set(attribute, { ...counted.get(attribute), [value]: count });
  }
  const ofKind = (kind: string) => rows.filter((row) => row.kind === kind);
  return {
    others: new Map(ofKind('other').map(({ attribute, count }) => [attribute, count])),
    values: counted,
    misfits: new Map(
      ofKind('misfit').map(({ attribute, count, example }) => [attribute, { count, example: example ?? '' }]),
    ),
  };
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
