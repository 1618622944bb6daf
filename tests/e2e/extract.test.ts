import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runExtract } from '../../extract/run-extract.ts';
import { openInlineBroker } from '../../extract/topics/inline-broker.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

let database: TestDatabase;
let itop: TestItop;

beforeEach(async () => {
  [database, itop] = await Promise.all([createTestDatabase(), startTestItop({ generator: { tickets: 200, seed: 3 } })]);
});
afterEach(async () => {
  await itop.close();
  await database.drop();
});

describe('an extraction over REST', () => {
  it('lands every object of every class', async () => {
    const run = await openRun(database.pool, { command: 'extract', fingerprint: {} });
    const outcome = await runExtract({
      settings: {
        url: itop.url,
        user: 'admin',
        password: itop.password,
        timezone: 'Europe/Paris',
        in_flight: 2,
        pause_ms: 0,
        window_bytes: 200_000,
        window_ids: 3_000,
        timeout_ms: 10_000,
        patience_ms: 2_000,
      },
      pool: database.pool,
      broker: openInlineBroker(database.pool),
      run,
      progress: openProgress('silent'),
    });
    await run.finish({ ...outcome });
    expect(outcome.isComplete).toBe(true);
  });
});
