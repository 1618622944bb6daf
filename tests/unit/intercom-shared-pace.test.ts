import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSharedPace } from '../../intercom/shared-pace.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const workspace = 'pace0001';
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ($1, 'w', 'http://x', '1')`,
    [workspace],
  );
});
afterEach(() => database.drop());

async function lease(
  wanted: number,
  observed: { resetsInMs: number; limit: number; remaining: number },
  reserve = 0,
): Promise<{ granted: number; endsInMs: number }> {
  const result = await database.pool.query<{ granted: string; window_ends_in_ms: number }>(
    `select granted, window_ends_in_ms
     from load.lease_permits($1, $2, $3, date_trunc('second', clock_timestamp()) + make_interval(secs => $4), $5, $6)`,
    [workspace, wanted, reserve, observed.resetsInMs / 1000, observed.limit, observed.remaining],
  );
  const row = result.rows[0];
  return { granted: Number(row?.granted), endsInMs: row?.window_ends_in_ms ?? Number.NaN };
}

async function window() {
  const rows = await database.pool.query('select * from load.rate_window');
  return rows.rows[0] as { leased: string; foreign_calls: string; is_predicted: boolean };
}

describe('permits leased from the shared window', () => {
  it('never exceed the limit less the reserve, whoever asks', async () => {
    const observed = { resetsInMs: 8000, limit: 100, remaining: 100 };
    const leases = await Promise.all(Array.from({ length: 12 }, () => lease(10, observed, 0.2)));
    expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBe(80);
  });

  it('shrink when others use more than their reserve', async () => {
    const fresh = { resetsInMs: 8000, limit: 100, remaining: 100 };
    expect((await lease(10, fresh, 0.2)).granted).toBe(10);
    // 60 calls were made, at most 10 of them ours: 50 are foreign and 40 remain.
    const seen = { ...fresh, remaining: 40 };
    expect((await lease(100, seen, 0.2)).granted).toBe(40);
    expect(await window()).toMatchObject({ leased: '50', foreign_calls: '50' });
  });

  it('are none for the rest of a window that Intercom refused a call in', async () => {
    const observed = { resetsInMs: 8000, limit: 100, remaining: 0 };
    const { granted, endsInMs } = await lease(10, observed);
    expect(granted).toBe(0);
    expect(endsInMs).toBeGreaterThan(0);
  });

  it('are given again in the next window, which is expected to end ten seconds later', async () => {
    await lease(100, { resetsInMs: 8000, limit: 100, remaining: 100 });
    await database.pool.query(`update load.rate_window set resets_at = clock_timestamp() - interval '1 second'`);
    const { granted, endsInMs } = await lease(100, { resetsInMs: -20_000, limit: 100, remaining: 0 });
    expect(granted).toBe(100);
    expect(Math.round(endsInMs / 1000)).toBe(9);
    expect((await window()).is_predicted).toBe(true);
  });

  it('stay counted when an answer corrects where the expected window ends', async () => {
    await lease(100, { resetsInMs: 8000, limit: 100, remaining: 100 });
    await database.pool.query(
      `update load.rate_window set is_predicted = true, leased = 100,
       resets_at = date_trunc('second', clock_timestamp()) + interval '6 seconds'`,
    );
    const { granted } = await lease(10, { resetsInMs: 7000, limit: 100, remaining: 90 });
    expect(granted).toBe(0);
    expect(await window()).toMatchObject({ leased: '100', is_predicted: false });
  });

  it('follow a limit that changes in the middle of a run', async () => {
    await lease(10, { resetsInMs: 8000, limit: 100, remaining: 100 });
    expect((await lease(100, { resetsInMs: 8000, limit: 50, remaining: 45 })).granted).toBe(40);
  });
});

describe('the pace', () => {
  it('lets every call start while Intercom states no limit', async () => {
    const pace = openSharedPace(database.pool, { workspaceIdCode: workspace, reserveShare: 0.2 });
    await Promise.all(Array.from({ length: 500 }, () => pace.acquire()));
    expect(await window()).toBeUndefined();
  });

  it('leases in blocks, so that a call costs no query', async () => {
    const firstObservation = { limit: 4000, remaining: 4000, resetsAt: Math.floor(Date.now() / 1000) + 9 };
    const pace = openSharedPace(database.pool, { workspaceIdCode: workspace, reserveShare: 0, firstObservation });
    await Promise.all(Array.from({ length: 250 }, () => pace.acquire()));
    expect((await window()).leased).toBe('300');
  });

  it('holds calls back until the next window when this one is used up', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 3;
    const pace = openSharedPace(database.pool, {
      workspaceIdCode: workspace,
      reserveShare: 0,
      firstObservation: { limit: 5, remaining: 5, resetsAt },
    });
    for (let call = 0; call < 5; call += 1) await pace.acquire();
    expect((await window()).is_predicted).toBe(false);
    await pace.acquire();
    // The sixth permit belongs to a window that no answer has confirmed yet.
    expect(await window()).toMatchObject({ is_predicted: true, leased: '1' });
  });

  it('lets calls start although the last ones took longer than a window', async () => {
    const firstObservation = { limit: 100, remaining: 100, resetsAt: Math.floor(Date.now() / 1000) + 8 };
    const pace = openSharedPace(database.pool, { workspaceIdCode: workspace, reserveShare: 0, firstObservation });
    for (let call = 0; call < 50; call += 1) pace.observeDuration(15_000);
    await pace.acquire(AbortSignal.timeout(3_000));
    expect((await window()).is_predicted).toBe(false);
  });

  it('stops waiting when the load is stopped', async () => {
    const pace = openSharedPace(database.pool, { workspaceIdCode: workspace, reserveShare: 0 });
    await expect(pace.acquire(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
