import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import type { ExtractProcessOptions } from '../support/extract-process.ts';
import { itopSettings } from '../support/itop-settings.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { until } from '../support/until.ts';

const script = fileURLToPath(new URL('../support/extract-process.ts', import.meta.url));

let itop: TestItop;
let undisturbed: TestDatabase;

beforeAll(async () => {
  [undisturbed, itop] = await Promise.all([
    createTestDatabase(),
    startTestItop({ generator: { tickets: 150, seed: 5 } }),
  ]);
  await expectEnd(start(undisturbed));
});
afterAll(async () => {
  await itop.close();
  await undisturbed.drop();
});

function start(database: TestDatabase): ProcessUnderTest {
  const settings = itopSettings(itop, { window_ids: 25, window_bytes: 50_000_000, in_flight: 1 });
  const options: ExtractProcessOptions = { databaseUrl: database.url, settings };
  return startProcess([script, JSON.stringify(options)]);
}

async function expectEnd(extraction: ProcessUnderTest): Promise<void> {
  const { code, said } = await extraction.ended;
  expect(code, said).toBe(0);
}

/** What raw holds, without what differs from run to run. */
async function heads(database: TestDatabase): Promise<object[]> {
  const held = await database.pool.query(
    `select h.source_key, o.op, o.payload_hash from raw.head h
     join raw.object o on o.root_class = h.root_class and o.version_id = h.version_id order by h.source_key`,
  );
  return held.rows;
}

async function count(database: TestDatabase, sql: string): Promise<number> {
  return Number((await database.pool.query<{ count: string }>(sql)).rows[0]?.count);
}

async function expectSameEnd(database: TestDatabase): Promise<void> {
  await expectEnd(start(database));
  expect(await heads(database)).toEqual(await heads(undisturbed));
  expect(await count(database, 'select count(*) from raw.object')).toBe(
    await count(undisturbed, 'select count(*) from raw.object'),
  );
  expect(await count(database, `select count(*) from ops.chunk where state = 'open'`)).toBe(0);
  expect(await count(database, `select count(*) from ops.run where state = 'done'`)).toBe(1);
}

describe('an extraction that is killed', () => {
  it('while it waits for an answer, again and again, ends as an undisturbed one', async () => {
    const database = await createTestDatabase();
    try {
      // The first start ends in its first window, each later one finishes the window it finds open and ends in the next.
      for (const nth of [1, 2, 2, 2]) {
        await itop.control('/hold', { match: { class: 'UserRequest', keyContains: 'id <', nth } });
        const extraction = start(database);
        const isHeld = async () => ((await itop.control('/held')) as unknown[]).length > 0;
        await until('a request is held', isHeld, { by: [extraction] });
        await extraction.kill();
        await itop.control('/release', {});
      }
      expect(await count(database, `select count(*) from ops.chunk where state = 'open'`)).toBeGreaterThan(0);
      await expectSameEnd(database);
    } finally {
      await database.drop();
    }
  });

  it('while its records are landing ends as an undisturbed one', async () => {
    const database = await createTestDatabase();
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin; lock table raw.ticket in share mode');
      const extraction = start(database);
      const waiting = `select count(*) from pg_locks
        where not granted and database = (select oid from pg_database where datname = current_database())`;
      await until('a landing waits', async () => (await count(database, waiting)) > 0, { by: [extraction] });
      await extraction.kill();
      await blocker.query('rollback');
      await expectSameEnd(database);
    } finally {
      blocker.release();
      await database.drop();
    }
  });
});
