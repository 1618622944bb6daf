import { afterAll, expect, it } from 'vitest';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { archivedNames, liveObjects, plan } from '../support/rollback-workspace.ts';
import { startProcess } from '../support/start-process.ts';

const opened: TestWorkspace[] = [];
afterAll(async () => {
  for (const workspace of opened) await workspace.close();
});

const startRollback = (workspace: TestWorkspace, planHash: string) =>
  // What a killed process sent is looked up only after its timeout: a long one would be waited for in each of the rounds.
  startProcess(workspace, 'rollback', { timeoutMs: 1_000, searchLagMs: 60, inFlight: 1, planHash });

it('a rollback killed before and after the commit of every call ends where an undisturbed one does', async () => {
  const workspace = await openTestWorkspace(everyOperation());
  opened.push(workspace);
  const before = liveObjects(await workspace.dump());
  await workspace.load();
  const { hash } = await plan(workspace);
  const kills = { 'before-commit': 0, 'after-commit': 0 };
  for (let round = 0; round < 40; round += 1) {
    const when = round % 2 === 0 ? 'before-commit' : 'after-commit';
    // The second call: the first may be one that an earlier process made already, and is answered by 404.
    await workspace.control('/hold', { nth: round < 2 ? 1 : 2, when });
    const { child, ended } = startRollback(workspace, hash);
    let hasEnded = false;
    void ended.then(() => {
      hasEnded = true;
    });
    let isHeld = false;
    while (!hasEnded && !isHeld) isHeld = (await workspace.control('/hold?timeout=100')) !== undefined;
    if (!isHeld) {
      expect(await ended).toMatchObject({ code: 0 });
      break;
    }
    child.kill('SIGKILL');
    await ended;
    kills[when] += 1;
    await workspace.control('/release', { drop: when === 'before-commit' });
  }
  await workspace.control('/release', {});
  expect(await startRollback(workspace, hash).ended).toMatchObject({ code: 0 });
  expect(kills['before-commit']).toBeGreaterThan(2);
  expect(kills['after-commit']).toBeGreaterThan(2);
  await workspace.settled();
  const after = await workspace.dump();
  expect(liveObjects(after)).toEqual(before);
  expect(archivedNames(after).sort()).toEqual(['itop_cis', 'itop_organization_key', 'itop_ref', 'itop_source_key']);
  const open = await workspace.database.pool.query(
    `select target_key from load.journal where state in ('intent', 'uncertain')`,
  );
  expect(open.rows).toEqual([]);
});
