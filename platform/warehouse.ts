import {
  type AliasedRawBuilder,
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  type InsertQueryBuilder,
  type InsertResult,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Warehouse } from './warehouse-types.ts';

/** What statements are sent to: a pool of node-postgres, or a client of it inside a transaction. */
export interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

const builders = new WeakMap<Queryable, Kysely<Warehouse>>();

/**
 * Statements against the warehouse whose tables, columns and types the compiler checks. They go through the pool or client that
 * is given, so that a client's statements are part of its transaction; `inTransaction` opens one, kysely's own does not.
 */
export function warehouse(database: Queryable): Kysely<Warehouse> {
  const known = builders.get(database);
  if (known !== undefined) return known;
  const builder = new Kysely<Warehouse>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new GivenConnection(database),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  builders.set(database, builder);
  return builder;
}

/**
 * kysely's own driver for Postgres takes connections out of a pool itself: it could not work inside a transaction that is open, and
 * a connection that breaks while it holds it ends the process (`error` without a listener). The pool's `query` takes care of both.
 */
class GivenConnection extends DummyDriver {
  readonly #connection: DatabaseConnection;

  constructor(database: Queryable) {
    super();
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
        const { rows, rowCount } = await database.query(sql, [...parameters]);
        return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
      },
      streamQuery: () => {
        throw new Error('kysely streams no rows here: read them by a cursor of the client.');
      },
    };
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  override async beginTransaction(): Promise<void> {
    throw new Error('Transactions are opened with inTransaction.');
  }
}

/** `= any ($1)`: one parameter however many values, and none is no error. */
export function anyOf<T>(values: readonly T[]): RawBuilder<T> {
  return sql<T>`any (${values})`;
}

/** How many rows there are, as a number: the driver gives a bigint as text. */
export const rowCount = sql<number>`count(*)::integer`;

/** `<> all ($1)`: none of these values, also where there are none. */
export function allOf<T>(values: readonly T[]): RawBuilder<T> {
  return sql<T>`all (${values})`;
}

/**
 * Rows that are given, as a relation of a statement: a parameter a column, however many rows. The types are Postgres's, by column, in the
 * order of the columns.
 */
export function givenRows<R extends object, A extends string>(
  alias: A,
  types: Readonly<Record<keyof R & string, string>>,
  rows: readonly R[],
): AliasedRawBuilder<R, A> {
  const names = Object.keys(types) as (keyof R & string)[];
  const columns = names.map((name) => sql`${rows.map((row) => row[name])}::${sql.raw(types[name])}[]`);
  return sql<R>`unnest(${sql.join(columns)})`.as<A>(
    sql`${sql.id(alias)} (${sql.join(names.map((name) => sql.id(name)))})`,
  );
}

/** The time of this moment, not that of the transaction's begin. */
export const clockTimestamp = sql<Date>`clock_timestamp()`;

/** Bytes in a row that is passed as JSON. */
export function hexOf(bytes: Buffer | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : `\\x${bytes.toString('hex')}`;
}

/**
 * An insert of rows, however many, as one parameter; what a row leaves out is null, and columns that none is given for keep their
 * defaults. Bytes are passed by `hexOf`.
 */
export function insertRows<T extends keyof Warehouse, C extends keyof Warehouse[T] & string>(
  database: Queryable,
  table: T,
  columns: readonly C[],
  rows: readonly Readonly<Partial<Record<C, unknown>>>[],
): InsertQueryBuilder<Warehouse, T, InsertResult> {
  // The names are checked by the signature; kysely's own types do not follow them through a table that is a parameter.
  const names = columns.map((column) => sql.ref(column));
  const given = sql`select ${sql.join(names)} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`;
  const into = warehouse(database).insertInto(table) as unknown as InsertQueryBuilder<Warehouse, T, InsertResult>;
  return into.columns(columns as never).expression(given as never);
}

/** As `insertRows`; a row that is there under the same key takes the other columns that are given. */
export function upsertRows<T extends keyof Warehouse, C extends keyof Warehouse[T] & string>(
  database: Queryable,
  table: T,
  key: readonly C[],
  columns: readonly C[],
  rows: readonly Readonly<Partial<Record<C, unknown>>>[],
): InsertQueryBuilder<Warehouse, T, InsertResult> {
  const others = columns.filter((column) => !key.includes(column));
  const given = Object.fromEntries(others.map((column) => [column, sql.ref(`excluded.${column}`)]));
  return insertRows(database, table, [...key, ...others], rows).onConflict((conflict) =>
    conflict.columns(key as never).doUpdateSet(given as never),
  );
}
