import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { seeded } from '../support/crash-points.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { liveObjects, plan } from '../support/rollback-workspace.ts';
import { startProcess } from '../support/start-process.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

const leaseMs = 1_000;
const startRollback = (workspace: TestWorkspace, planHash: string) =>
  startProcess(workspace, 'rollback', {
    timeoutMs: 300,
    latenessMs: 200,
    searchLagMs: 60,
    inFlight: 2,
    leaseMs,
    planHash,
  });

/** A loaded workspace with a plan, and what it held before. */
async function openLoaded() {
  const workspace = await openTestWorkspace(everyOperation(), { switches: { latencyMs: 20 } });
  opened.push(workspace);
  const before = liveObjects(await workspace.dump());
  await workspace.load();
  return { workspace, before, hash: (await plan(workspace)).hash };
}

async function expectRolledBack(workspace: TestWorkspace, before: unknown[]): Promise<void> {
  await workspace.settled();
  expect(liveObjects(await workspace.dump())).toEqual(before);
  const left = await workspace.database.pool.query(
    `select target_key from load.journal where state in ('intent', 'uncertain', 'failed')`,
  );
  expect(left.rows).toEqual([]);
}

it.each(sweepSeeds(3).flatMap((seed) => [1_400, 6_000].map((frozenMs) => ({ seed, frozenMs }))))(
  'a rollback that is stopped for $frozenMs ms (seed $seed) goes on under a new lease, and no other one begins meanwhile',
  async ({ seed, frozenMs }) => {
    const { workspace, before, hash } = await openLoaded();
    const calls = await workspace.mutations();
    const after = 1 + Math.floor(seeded(seed)() * 8);
    const frozen = startRollback(workspace, hash);
    await until(`it made ${after} calls`, async () => (await workspace.mutations()) >= calls + after, {
      by: [frozen],
      everyMs: 2,
    });
    frozen.child.kill('SIGSTOP');
    const second = startRollback(workspace, hash);
    expect((await second.ended).errors).toContain('Another process is rolling this workspace back');
    await sleep(frozenMs);
    frozen.child.kill('SIGCONT');
    const woken = await frozen.ended;
    expect(woken.code, woken.errors).toBe(0);
    await expectRolledBack(workspace, before);
  },
);

it.each([0.1, 1, 10])(
  'a rollback of which every operation is once %d bounds late ends like an undisturbed one',
  async (bounds) => {
    const { workspace, before, hash } = await openLoaded();
    const ms = 300 + 200 * bounds - (bounds === 1 ? 100 : 0);
    for (const operation of [
      'deleteConversation',
      'DeleteContact',
      'deleteCompany',
      'deleteTag',
      'deleteArticle',
      'deleteCollection',
    ])
      await workspace.control('/faults', { match: { operation }, kind: 'error504-late-commit', ms });
    expect(await startRollback(workspace, hash).ended).toMatchObject({ code: 0 });
    await sleep(ms);
    await expectRolledBack(workspace, before);
  },
);

it('a load that slept while its workspace was rolled back does not go on when it wakes', async () => {
  const { workspace, before } = await openLoaded();
  const { pool } = workspace.database;
  await pool.query(`update intercom.company set name = name || ' II', payload_hash = sha256(payload_hash)`);
  await pool.query(`insert into load.pause (workspace_id_code) values ($1)`, [workspace.idCode]);
  const loader = startProcess(workspace, 'load', {
    timeoutMs: 300,
    latenessMs: 200,
    searchLagMs: 60,
    inFlight: 1,
    leaseMs,
    withChanges: true,
  });
  const living = `select 1 from ops.process p join ops.run r using (run_id) where r.command = 'load' and ops.is_alive(p)`;
  await until('the loader has its lease', async () => (await pool.query(living)).rowCount === 1, { by: [loader] });
  await sleep(500);
  loader.child.kill('SIGSTOP');
  await sleep(leaseMs + 200);
  await pool.query('delete from load.pause');
  const rollback = startRollback(workspace, (await plan(workspace)).hash);
  expect(await rollback.ended).toMatchObject({ code: 0 });
  loader.child.kill('SIGCONT');
  expect((await loader.ended).errors).toContain('A rollback of this workspace began');
  await workspace.settled();
  expect(liveObjects(await workspace.dump())).toEqual(before);
});
