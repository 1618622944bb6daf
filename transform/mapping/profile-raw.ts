import { sql } from 'kysely';
import type pg from 'pg';
import { readQuery } from '../../platform/query-file.ts';
import { warehouse } from '../../platform/warehouse.ts';
import type { AttributeProfile, ClassInRaw, ClassProfile, ValueKind } from './class-profile.ts';
import { inspectObjects } from './inspect-objects.ts';

/** Objects of a class that are looked at in detail: types, lengths and examples come from them, spread over the class by hash. */
const lookedAt = 3_000;

/** Longest list of values that can be an enumeration. */
const mostValues = 40;

/** Every class that occurs, with the number of its objects. No payload is opened. */
export async function countClasses(pool: pg.Pool): Promise<ClassInRaw[]> {
  const rows = await warehouse(pool)
    .selectFrom('staging.object')
    .select(['final_class as class', 'root_class', sql<string>`count(*)`.as('objects')])
    .groupBy(['class', 'root_class'])
    .orderBy('final_class', (by) => by.collate('C'))
    .execute();
  return rows.map((row) => ({ class: row.class, rootClass: row.root_class, objects: Number(row.objects) }));
}

/** Profiles everything in raw, class by class, in a stable order. */
export async function profileRaw(pool: pg.Pool): Promise<ClassProfile[]> {
  const classes = await countClasses(pool);
  const tree = await warehouse(pool)
    .selectFrom('ops.itop_class')
    .select(['class', 'parent_class', 'is_standard'])
    .execute();
  const known = new Map(tree.map((row) => [row.class, row]));
  const profiles: ClassProfile[] = [];
  for (const found of classes) {
    const ancestors: string[] = [];
    for (let at = known.get(found.class)?.parent_class ?? null; at !== null && !ancestors.includes(at); ) {
      ancestors.push(at);
      at = known.get(at)?.parent_class ?? null;
    }
    profiles.push({
      class: found.class,
      rootClass: found.rootClass,
      ancestors,
      isStandard: known.get(found.class)?.is_standard ?? false,
      objects: found.objects,
      attributes: await profileAttributes(pool, found),
    });
  }
  return profiles;
}

interface DetailRow {
  attribute: string;
  distinct_count: number;
  longest: number;
  kind: ValueKind;
  is_html: boolean;
  examples: string[];
  few_values: string[];
}

const detailQuery = readQuery(import.meta.dirname, 'profile-attributes.sql');

/**
 * Attributes, kinds and examples come from some objects, spread over the class; attributes that none of these have are found when
 * all are looked at, and then looked at by themselves.
 */
async function profileAttributes(pool: pg.Pool, found: ClassInRaw): Promise<AttributeProfile[]> {
  const detailsOf = async (only: readonly string[] | null): Promise<DetailRow[]> =>
    (await pool.query<DetailRow>(detailQuery, [found.rootClass, found.class, only, lookedAt, mostValues + 1])).rows;
  const model = await readModel(pool, found.class);
  const isEnumeration = (row: DetailRow) =>
    model.get(row.attribute)?.valueLabels !== undefined || looksLikeEnumeration(row);
  const enumerationsIn = (rows: readonly DetailRow[]) => rows.filter(isEnumeration).map((row) => row.attribute);
  const rows = await detailsOf(null);
  const common = await inspectObjects(pool, found, {
    known: rows.map((row) => row.attribute),
    enumerated: enumerationsIn(rows),
    typed: new Map(),
  });
  const values = new Map(common.values);
  if (common.others.size > 0) {
    const rare = await detailsOf([...common.others.keys()]);
    const enumerated = enumerationsIn(rare);
    rows.push(...rare);
    const known = rows.map((row) => row.attribute);
    const { values: ofRare } = await inspectObjects(pool, found, { known, enumerated, typed: new Map() });
    for (const [name, counts] of ofRare) values.set(name, counts);
  }
  const details = new Map(rows.map((row) => [row.attribute, row]));
  const attributes = [...details.keys()].sort();
  const files = await profileFiles(pool, found, attributes);
  if (attributes.length === 0) return files;
  const counts = await countAll(pool, found, attributes, copiesOf(attributes));
  const ofPayload = attributes.map((attribute): AttributeProfile => {
    const row = details.get(attribute);
    const { label, valueLabels } = model.get(attribute) ?? {};
    // Values that no object has yet need a decision too: the next ticket may bring one.
    const unseen = Object.fromEntries(Object.keys(valueLabels ?? {}).map((value) => [value, 0]));
    const counted = values.get(attribute);
    const ofEnumeration = counted === undefined && valueLabels === undefined ? undefined : { ...unseen, ...counted };
    return {
      attribute,
      filled: counts.filled.get(attribute) ?? 0,
      distinct: row?.distinct_count ?? 0,
      longest: row?.longest ?? 0,
      kind: row?.kind ?? 'empty',
      isHtml: row?.is_html ?? false,
      examples: row?.examples ?? [],
      ...(ofEnumeration === undefined ? {} : { values: ofEnumeration }),
      ...(label === undefined ? {} : { label }),
      ...(valueLabels === undefined ? {} : { valueLabels }),
      ...(counts.equalsCopy.has(attribute) ? { equalsCopy: counts.equalsCopy.get(attribute) ?? null } : {}),
    };
  });
  return [...ofPayload, ...files];
}

/** Attributes that hold files of a class's objects: a file is fetched apart, and no payload holds it. */
async function profileFiles(
  pool: pg.Pool,
  found: ClassInRaw,
  inPayload: readonly string[],
): Promise<AttributeProfile[]> {
  const rows = await warehouse(pool)
    .selectFrom('staging.blob_source as b')
    .innerJoin('staging.object as o', 'o.source_key', 'b.source_key')
    .select(['b.attribute', sql<number>`count(*)::integer`.as('filled')])
    .where('o.root_class', '=', found.rootClass)
    .where('o.final_class', '=', found.class)
    .groupBy('b.attribute')
    .orderBy('b.attribute')
    .execute();
  return rows
    .filter(({ attribute }) => !inPayload.includes(attribute))
    .map(({ attribute, filled }): AttributeProfile => {
      return { attribute, filled, distinct: filled, longest: 0, kind: 'blob', isHtml: false, examples: [] };
    });
}

/** What the data model file says of the attributes that the site added; standard ones have their meaning in the rules. */
async function readModel(
  pool: pg.Pool,
  className: string,
): Promise<ReadonlyMap<string, { readonly label?: string; readonly valueLabels?: Readonly<Record<string, string>> }>> {
  const rows = await warehouse(pool)
    .selectFrom('ops.model_attribute as m')
    .leftJoin('ops.model_value as v', (join) =>
      join.onRef('v.class', '=', 'm.class').onRef('v.attribute', '=', 'm.attribute').on('m.type', '=', 'AttributeEnum'),
    )
    .select([
      'm.attribute',
      'm.label',
      sql<Record<
        string,
        string
      > | null>`jsonb_object_agg(v.value, coalesce(v.label, v.value)) filter (where v.value is not null)`.as('values'),
    ])
    .where('m.class', '=', className)
    .where('m.is_custom', '=', true)
    .groupBy(['m.attribute', 'm.label'])
    .execute();
  return new Map(
    rows.map(({ attribute, label, values }) => [
      attribute,
      { ...(label === null ? {} : { label }), ...(values === null ? {} : { valueLabels: values }) },
    ]),
  );
}

/** Few values, all codes as iTop writes them. Numbers are an enumeration only in the fields where iTop has levels. */
function looksLikeEnumeration({ attribute, kind, distinct_count, few_values }: DetailRow): boolean {
  if (few_values.length > mostValues || /_id$|_name$|_ref$|friendlyname|finalclass/.test(attribute)) return false;
  if (kind === 'code') return distinct_count <= mostValues / 2;
  return (
    kind === 'integer' &&
    distinct_count <= 5 &&
    /(^|_)(impact|urgency|priority|severity|satisfaction|level)($|_)/.test(attribute)
  );
}

/** The copies that stand beside the friendly name of a foreign key: `org_id_friendlyname` and `org_name`. */
function copiesOf(attributes: readonly string[]): Map<string, string> {
  const present = new Set(attributes);
  const copies = new Map<string, string>();
  for (const attribute of attributes) {
    const base = /^(.*)_id_friendlyname$/.exec(attribute)?.[1];
    if (base === undefined) continue;
    const copy = [`${base}_name`, `${base}_ref`, base === 'org' ? 'organization_name' : ''].find((name) =>
      present.has(name),
    );
    if (copy !== undefined) copies.set(attribute, copy);
  }
  return copies;
}

/** Counts over every object of a class in one pass; the payload is opened once. */
async function countAll(
  pool: pg.Pool,
  found: ClassInRaw,
  attributes: readonly string[],
  copies: ReadonlyMap<string, string>,
): Promise<{ filled: Map<string, number>; equalsCopy: Map<string, boolean | null> }> {
  const filled = attributes.map((name, i) => {
    const empty = ['', '[]', '{"entries": []}', ...(name.endsWith('_id') ? ['0'] : [])].map((text) => sql.lit(text));
    return sql`count(*) filter (where ${column(name)} not in (${sql.join(empty)}))::integer as ${sql.ref(`c${i}`)}`;
  });
  const pairs = [...copies];
  const equal = pairs.map(
    ([name, copy], i) =>
      sql`bool_and(${column(name)} = ${column(copy)}) filter (where ${column(name)} <> '' and ${column(copy)} <> '') as ${sql.ref(`e${i}`)}`,
  );
  const columns = attributes.map((name) => sql`${sql.id(name)} text`);
  const { rows } = await sql<Record<string, number | boolean | null>>`
    select ${sql.join([...filled, ...equal])}
    from staging.object o cross join lateral jsonb_to_record(o.field) as f (${sql.join(columns)})
    where o.root_class = ${found.rootClass} and o.final_class = ${found.class}`.execute(warehouse(pool));
  const row = rows[0] ?? {};
  return {
    filled: new Map(attributes.map((name, i) => [name, Number(row[`c${i}`] ?? 0)])),
    equalsCopy: new Map(pairs.map(([name], i) => [name, (row[`e${i}`] ?? null) as boolean | null])),
  };
}

/** An attribute of the opened payload. */
const column = (name: string) => sql`f.${sql.id(name)}`;
