import type pg from 'pg';

/** A view column that has no comment of its own, and the column that the view selects it from. */
interface Column {
  readonly number: number;
  readonly name: string;
}

/**
 * Gives each column of a view that has no comment of its own the comment of the column it is selected from, unchanged, as Postgres itself
 * traces it: through subqueries and joins to one column of one relation. What is computed, or comes from several relations, gets none.
 *
 * Views are to be given in the order in which they read each other. Returns the names of columns that are left without.
 */
export async function inheritComments(client: pg.ClientBase, view: string): Promise<string[]> {
  const { rows: missing } = await client.query<Column>(
    `select a.attnum as number, a.attname as name
     from pg_attribute a
     where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is null`,
    [view],
  );
  if (missing.length === 0) return [];
  const definition = await client.query<{ sql: string }>(`select pg_get_viewdef($1::regclass) as sql`, [view]);
  // Described, not read: the description of a result names the column behind each of its own.
  const { fields } = await client.query(
    `select * from (${definition.rows[0]?.sql.replace(/;\s*$/, '')}) as defined limit 0`,
  );
  const sources = missing.map(({ number, name }) => ({
    name,
    table: fields[number - 1]?.tableID ?? 0,
    column: fields[number - 1]?.columnID ?? 0,
  }));
  const { rows } = await client.query<{ name: string; statement: string | null }>(
    `select s.name, format('comment on column %s.%I is %L', $1::text, s.name, col_description(s."table", s."column")) as statement
     from jsonb_to_recordset($2) as s (name text, "table" oid, "column" integer)
     where col_description(s."table", s."column") is not null`,
    [view, JSON.stringify(sources)],
  );
  for (const { statement } of rows) await client.query(statement ?? '');
  const found = new Set(rows.map(({ name }) => name));
  return missing.map(({ name }) => name).filter((name) => !found.has(name));
}
