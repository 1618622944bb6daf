import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyzeGrownTables } from '../../platform/statistics.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** What the planner takes for the number of rows; -1 before the first analyze. */
async function assumedRows(relation: string): Promise<number> {
  const { rows } = await database.pool.query<{ reltuples: number }>(
    'select reltuples from pg_class where oid = $1::regclass',
    [relation],
  );
  return rows[0]?.reltuples ?? Number.NaN;
}

const fill = (first: number, last: number) =>
  database.pool.query(
    `insert into raw.object (source_key, root_class, final_class, source_id, op, payload, payload_hash, observed_at, run_id, channel, broker,
       topic, partition_id, generation, offset_no)
     select 'Ticket::' || n, 'Ticket', 'UserRequest', n, 'upsert', '{}', '', now(), 0, 'rest', 'test', 'Ticket', 0, 0, n
     from generate_series($1::bigint, $2::bigint) n`,
    [first, last],
  );

describe('statistics of the planner', () => {
  it('follow a table that grew, and the partitioned table above it', async () => {
    await fill(1, 5_000);
    expect(await assumedRows('raw.ticket')).toBe(-1);
    await analyzeGrownTables(database.pool);
    expect(await assumedRows('raw.ticket')).toBe(5_000);
    expect(await assumedRows('raw.object')).toBe(5_000);
    await fill(5_001, 20_000);
    await analyzeGrownTables(database.pool);
    expect(await assumedRows('raw.object')).toBe(20_000);
  });

  it('are left alone where a table hardly grew', async () => {
    await fill(1, 5_000);
    await analyzeGrownTables(database.pool);
    await fill(5_001, 5_100);
    await analyzeGrownTables(database.pool);
    expect(await assumedRows('raw.ticket')).toBe(5_000);
  });

  it('come from no plan that was made while a table was empty', async () => {
    const client = await database.pool.connect();
    try {
      const { rows } = await client.query<{ plan_cache_mode: string }>('show plan_cache_mode');
      expect(rows[0]?.plan_cache_mode).toBe('force_custom_plan');
    } finally {
      client.release();
    }
  });
});
