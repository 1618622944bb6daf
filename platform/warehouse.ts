import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
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
