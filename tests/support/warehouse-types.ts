import type pg from 'pg';
import { type ColumnFact, ColumnFacts } from './column-facts.ts';

const schemas = ['raw', 'staging', 'intermediate', 'intercom', 'load', 'reconcile', 'handoff', 'ops'];

const header = `// Made from the migrated database by \`npm run types\`; a test holds it against the schema. Do not edit.
import type { ColumnType } from 'kysely';

/** A bigint: the driver gives it as text, so that no digit is lost. */
export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;
export type Numeric = ColumnType<string, string | number, string | number>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** What is inside is the statement's to say ($narrowType); written as JSON text. */
export type Json = ColumnType<unknown, string, string>;
/** Has a default: an insert may leave it out. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;
/** Numbered by the database alone. */
export type Identity<T> = T extends ColumnType<infer S, unknown, unknown> ? ColumnType<S, never, never> : never;
`;

/** What the driver (node-postgres) makes of a type of Postgres. */
const scalarTypes: Readonly<Record<string, string>> = {
  text: 'string',
  name: 'string',
  regclass: 'string',
  oid: 'number',
  bigint: 'Int8',
  integer: 'number',
  smallint: 'number',
  'double precision': 'number',
  boolean: 'boolean',
  jsonb: 'Json',
  json: 'Json',
  bytea: 'Buffer',
  numeric: 'Numeric',
  'timestamp with time zone': 'Timestamp',
  date: 'Timestamp',
};

interface Column {
  readonly name: string;
  readonly type: string;
  readonly hasDefault: boolean;
  readonly isIdentity: boolean;
}

interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The TypeScript file that describes the warehouse's tables, views and table functions to kysely. */
export async function writeWarehouseTypes(pool: pg.Pool): Promise<string> {
  const facts = await ColumnFacts.read(pool);
  const allowed = await readAllowedValues(pool);
  const relations = await readRelations(pool);
  const functions = await readFunctions(pool);
  const interfaces = relations.map(({ name, columns }) => {
    const known = facts.ofRelation(name);
    return interfaceOf(
      name,
      columns.map((column, index) => lineOf(column, known[index], allowed)),
    );
  });
  const results = functions.map(({ name, columns }) =>
    interfaceOf(
      name,
      columns.map(({ name: column, type }) => `${column}: ${typeScriptOf(type)} | null`),
    ),
  );
  return `${[
    header,
    ...interfaces,
    ...results,
    indexOf('Tables and views by their names.', 'Warehouse', relations),
    indexOf('What functions give that give rows.', 'WarehouseFunctions', functions),
  ].join('\n')}`;
}

function interfaceOf(name: string, lines: readonly string[]): string {
  return `export interface ${typeNameOf(name)} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`;
}

function indexOf(comment: string, name: string, relations: readonly Relation[]): string {
  const lines = relations.map((relation) => `  '${relation.name}': ${typeNameOf(relation.name)};\n`);
  return `/** ${comment} */\nexport interface ${name} {\n${lines.join('')}}\n`;
}

function lineOf(column: Column, fact: ColumnFact | undefined, allowed: ReadonlyMap<string, string>): string {
  const { name, type, hasDefault, isIdentity } = column;
  const origin = fact?.origin;
  const values =
    type === 'text' && origin !== undefined ? allowed.get(`${origin.relation}.${origin.column}`) : undefined;
  const base = `${values ?? typeScriptOf(type)}${fact?.isNullable === false ? '' : ' | null'}`;
  if (isIdentity) return `${name}: Identity<${base}>`;
  return `${name}: ${hasDefault ? `Generated<${base}>` : base}`;
}

/** \`load.journal\` as LoadJournal. */
function typeNameOf(relation: string): string {
  return relation.replace(/(?:^|[._])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Throws for a type that nobody has said the driver's counterpart of. */
export function typeScriptOf(type: string): string {
  const element = /^(.*)\[\]$/.exec(type)?.[1];
  const known = scalarTypes[element ?? type];
  if (known === undefined)
    throw new Error(`No TypeScript type is known for Postgres's ${type}: name it in scalarTypes.`);
  if (element === undefined) return known;
  return `${known === 'Int8' || known === 'Numeric' ? 'string' : known === 'Timestamp' ? 'Date' : known}[]`;
}

async function readRelations(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation>(
    `select c.oid::regclass::text as name, jsonb_agg(jsonb_build_object(
       'name', a.attname, 'type', format_type(a.atttypid, null), 'isIdentity', a.attidentity = 'a', 'hasDefault', a.atthasdef or a.attidentity = 'd'
     ) order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace::regnamespace::text = any ($1) and c.relkind in ('r', 'p', 'v') and not c.relispartition
     group by c.oid order by name`,
    [schemas],
  );
  return rows;
}

async function readFunctions(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation>(
    `select p.oid::regproc::text as name, jsonb_agg(jsonb_build_object('name', a.name, 'type', format_type(a.type, null)) order by a.place) as columns
     from pg_proc p
     cross join unnest(p.proargnames, p.proallargtypes, p.proargmodes) with ordinality as a (name, type, mode, place)
     where p.pronamespace::regnamespace::text = any ($1) and a.mode in ('t', 'o', 'b')
     group by p.oid order by name`,
    [schemas],
  );
  return rows;
}

/** Columns whose check lists the values they may have, with these as a union. */
async function readAllowedValues(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ relation: string; definition: string }>(
    `select conrelid::regclass::text as relation, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c'`,
  );
  const allowed = new Map<string, string>();
  for (const { relation, definition } of rows) {
    const found = /^CHECK \(\(\(?(\w+) = ANY \(ARRAY\[((?:'[^']*'::text(?:, )?)+)\]\)\)\)\)?$/.exec(definition);
    if (found === null) continue;
    const values = [...String(found[2]).matchAll(/'([^']*)'::text/g)].map(([, value]) => `'${value}'`);
    allowed.set(`${relation}.${found[1]}`, values.join(' | '));
  }
  return allowed;
}
