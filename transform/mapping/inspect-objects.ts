import { sql } from 'kysely';
import type pg from 'pg';
import { warehouse } from '../../platform/warehouse.ts';
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

interface Answer {
  readonly kind: 'other' | 'value' | 'misfit';
  readonly attribute: string;
  readonly value: string | null;
  readonly count: number;
  readonly example: string | null;
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
  const column = (letter: string, i: number) => sql.ref(`${letter}${i}`);
  const textOf = (name: string) => sql`payload ->> ${sql.lit(name)}`;
  const values = enumerated.map((name, i) => sql`${textOf(name)} as ${column('v', i)}`);
  const misfits = patterns.map(([name, pattern], i) => {
    const isBad = sql`${textOf(name)} <> '' and ${textOf(name)} !~ ${sql.lit(pattern)}`;
    return sql`count(*) filter (where ${isBad})::integer as ${column('c', i)},
      min(source_key collate "C") filter (where ${isBad}) as ${column('k', i)}`;
  });
  const unknown = sql`payload - ${known}::text[]`;
  const others = sql`case when ${unknown} <> '{}' then array(select jsonb_object_keys(${unknown})) end as others`;
  const groups = Array.from({ length: enumerated.length + 1 }, (_, i) => sql.lit(i + 1));
  const ofEnumerated = enumerated.map((name, i) => sql`(${sql.lit(name)}, ${column('v', i)})`);
  const answers = [
    sql`select 'other' as kind, k as attribute, null as value, sum(objects)::integer as count, null as example
        from seen cross join lateral unnest(others) as k group by k`,
    ...(enumerated.length === 0
      ? []
      : [
          sql`select 'value', e.attribute, e.value, sum(objects)::integer, null
              from seen cross join lateral (values ${sql.join(ofEnumerated)}) as e (attribute, value)
              where e.value <> '' group by e.attribute, e.value`,
        ]),
    ...patterns.map(
      ([name], i) =>
        sql`select 'misfit', ${sql.lit(name)}, null, sum(${column('c', i)})::integer, min(${column('k', i)} collate "C")
            from seen having sum(${column('c', i)}) > 0`,
    ),
  ];
  const { rows } = await sql<Answer>`
    with seen as materialized (
      select ${sql.join([others, ...values, sql`count(*) as objects`, ...misfits])}
      from (
        select o.source_key, o.field || '{}' as payload
        from staging.object o
        where o.root_class = ${found.rootClass} and o.final_class = ${found.class}
        offset 0
      ) as opened
      group by ${sql.join(groups)}
    )
    select * from (${sql.join(answers, sql` union all `)}) as answer
    order by kind, attribute collate "C", value collate "C"`.execute(warehouse(pool));
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
