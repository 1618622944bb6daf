import { open } from 'node:fs/promises';
import type pg from 'pg';
import { csvLine } from './csv-line.ts';

/** Writes a query's rows into a CSV file as they come: memory does not grow with their number. */
export async function writeQuery(
  pool: pg.Pool,
  file: string,
  query: string,
  values: readonly unknown[],
): Promise<void> {
  const client = await pool.connect();
  const output = await open(file, 'w');
  try {
    await client.query('begin read only');
    await client.query(`declare report_rows no scroll cursor for ${query}`, [...values]);
    for (let isFirst = true; ; isFirst = false) {
      const page = await client.query<Record<string, unknown>>('fetch 5000 from report_rows');
      const names = page.fields.map((field) => field.name);
      if (isFirst) await output.write(csvLine(names));
      if (page.rows.length === 0) break;
      await output.write(page.rows.map((row) => csvLine(names.map((name) => row[name]))).join(''));
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
    await output.close();
  }
}
