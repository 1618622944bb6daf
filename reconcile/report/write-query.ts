import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Compilable } from 'kysely';
import type pg from 'pg';
import { csvStart, toCsv } from '../../platform/csv.ts';
import { openPrivateFile } from '../../platform/private-file.ts';

/** Writes a query's rows into a CSV file as they come: memory does not grow with their number. */
export async function writeQuery(pool: pg.Pool, file: string, query: Compilable): Promise<void> {
  const { sql, parameters } = query.compile();
  const client = await pool.connect();
  const output = await openPrivateFile(file);
  try {
    await client.query('begin read only');
    await client.query(`declare report_rows no scroll cursor for ${sql}`, [...parameters]);
    for (let isFirst = true; ; isFirst = false) {
      const page = await client.query<Record<string, unknown>>('fetch 5000 from report_rows');
      const names = page.fields.map((field) => field.name);
      if (isFirst) output.write(csvStart + toCsv(names, []));
      if (page.rows.length === 0) break;
      if (!output.write(toCsv(names, page.rows, false))) await once(output, 'drain');
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
    output.end();
    await finished(output);
  }
}
