import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { projectRoot } from '../platform/project-root.ts';

/** A row that a test query returned: something that should not be. */
export interface Offence {
  readonly test: string;
  readonly record_key: string;
  readonly expected: string;
  readonly actual: string;
}

export interface StagingCheck {
  /** Name of the query's file, without its ending. */
  readonly test: string;
  readonly offences: number;
  /** The first offending rows. */
  readonly examples: readonly Offence[];
}

const exampleLimit = 20;

/** Runs every query of `staging-sql/tests/`; a query that returns rows has failed. */
export async function checkStaging(
  pool: pg.Pool | pg.ClientBase,
  directory = join(projectRoot, 'staging-sql', 'tests'),
): Promise<StagingCheck[]> {
  const checks: StagingCheck[] = [];
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()) {
    const test = file.slice(0, -4);
    const sql = await readFile(join(directory, file), 'utf8');
    const { rows } = await pool.query<Offence & { total: number }>(
      `with offence as (${sql}\n) select record_key, expected, actual, count(*) over ()::integer as total from offence limit ${exampleLimit}`,
    );
    checks.push({
      test,
      offences: rows[0]?.total ?? 0,
      examples: rows.map(({ record_key, expected, actual }) => ({ test, record_key, expected, actual })),
    });
  }
  return checks;
}
