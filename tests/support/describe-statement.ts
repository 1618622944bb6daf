import type pg from 'pg';
import type { ColumnFacts } from './column-facts.ts';

/** A column of a statement's result. */
export interface DescribedColumn {
  readonly name: string;
  /** Type of Postgres, e.g. `bigint`, `text[]`. */
  readonly type: string;
  readonly isNullable: boolean;
}

/**
 * What Postgres says that a statement gives, without running it. Throws Postgres's error where it refuses the statement: a name that
 * is not there, a parameter whose type cannot be known.
 */
export async function describeStatement(
  client: pg.ClientBase,
  text: string,
  facts: ColumnFacts,
): Promise<DescribedColumn[]> {
  await client.query(`prepare described as ${text}`);
  try {
    const { rows } = await client.query<{ parameters: string[]; types: string[] | null }>(
      `select array(select format_type(t, null) from unnest(parameter_types) with ordinality as p (t, n) order by n) as parameters,
              array(select format_type(t, null) from unnest(result_types) with ordinality as p (t, n) order by n) as types
       from pg_prepared_statements where name = 'described'`,
    );
    const { parameters, types } = rows[0] ?? { parameters: [], types: [] };
    if (types === null || types.length === 0) return [];
    const columns = await columnsOf(client, text, parameters, facts);
    return types.map((type, index) => ({ type, ...(columns[index] ?? { name: '?', isNullable: true }) }));
  } finally {
    await client.query('deallocate described');
  }
}

/** A function of SQL keeps its statement as Postgres parsed it, whatever it is: also one that writes and returns. */
async function columnsOf(
  client: pg.ClientBase,
  text: string,
  parameters: readonly string[],
  facts: ColumnFacts,
): Promise<{ name: string; isNullable: boolean }[]> {
  await client.query('savepoint before_function');
  try {
    await client.query(
      `create function pg_temp.described(${parameters.join(', ')}) returns setof record language sql begin atomic ${text}; end`,
    );
    const { rows } = await client.query<{ tree: string }>(
      `select prosqlbody::text as tree from pg_proc where oid = to_regproc('pg_temp.described')`,
    );
    return facts.ofStatement(rows[0]?.tree ?? '');
  } finally {
    await client.query('rollback to savepoint before_function');
  }
}
