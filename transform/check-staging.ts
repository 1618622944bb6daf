import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { projectRoot } from '../platform/project-root.ts';
import { warehouse } from '../platform/warehouse.ts';

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

const testDirectory = join(projectRoot, 'staging-sql', 'tests');

async function readTests(directory: string): Promise<{ test: string; query: RawBuilder<unknown> }[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => ({
      test: file.slice(0, -4),
      query: sql.raw(await readFile(join(directory, file), 'utf8')),
    })),
  );
}

/**
 * Runs every query of `staging-sql/tests/` and writes what it found as verdicts of the phase `staging`: each row that a query
 * returns as a failed check of its record, or one passed check where it returns none. What a test returned before and does
 * not return now is withdrawn.
 */
export async function verifyStaging(
  pool: pg.Pool,
  { workspaceIdCode, runId }: { readonly workspaceIdCode: string; readonly runId: string },
): Promise<void> {
  for (const { test, query } of await readTests(testDirectory)) {
    await sql`
      with offence as materialized (
        select distinct on (record_key) coalesce(record_key, '(none)') as record_key, expected, actual from (${query}
        ) as returned order by record_key
      ), verified as (
        select 'record' as object_type, record_key as target_key, expected, actual, 'failed' as verdict, 'test_returns_row' as reason_code
        from offence
        union all
        select 'test', ${test}, null, null, 'passed', null where not exists (select from offence)
      ), withdrawn as (
        delete from reconcile.verdict v
        where v.workspace_id_code = ${workspaceIdCode} and v.phase = 'staging' and v.check_name = ${test}
          and not exists (select from verified j where j.target_key = v.target_key)
      )
      insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, evidence, expected, actual,
                                     verdict, reason_code)
      select ${workspaceIdCode}, ${runId}, 'staging', object_type, target_key, ${test}, 'query', expected, actual, verdict, reason_code
      from verified
      order by target_key
      on conflict (workspace_id_code, phase, target_key, check_name, field) do update
      set run_id = excluded.run_id, object_type = excluded.object_type, evidence = excluded.evidence, expected = excluded.expected,
          actual = excluded.actual, verdict = excluded.verdict, reason_code = excluded.reason_code, decided_at = clock_timestamp()`.execute(
      warehouse(pool),
    );
  }
}

/** Runs every query of `staging-sql/tests/`; a query that returns rows has failed. */
export async function checkStaging(pool: pg.Pool | pg.ClientBase, directory = testDirectory): Promise<StagingCheck[]> {
  const checks: StagingCheck[] = [];
  for (const { test, query } of await readTests(directory)) {
    const { rows } = await sql<Offence & { total: number }>`
      with offence as (${query}
)
      select record_key, expected, actual, count(*) over ()::integer as total from offence limit ${exampleLimit}`.execute(
      warehouse(pool),
    );
    checks.push({
      test,
      offences: rows[0]?.total ?? 0,
      examples: rows.map(({ record_key, expected, actual }) => ({ test, record_key, expected, actual })),
    });
  }
  return checks;
}
