import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { seeded } from '../support/crash-points.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { judgeDump } from '../support/judge-dump.ts';
import { holdings, manyTickets } from '../support/many-tickets.ts';
import { startProcess } from '../support/start-process.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const opened: TestWorkspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});

/** A lease of a second in the place of ten, so that freezes of 14 and 60 seconds take 1.4 and 6. */
const leaseMs = 1_000;
/** No answer to a read, none to a call that writes, and what a process that lost its lease left to the next. */
const waitedInVain = ['ServerFailed', 'UncertainOutcome', 'ProcessEnded'];
const startLoader = (workspace: TestWorkspace) =>
  startProcess(workspace, 'load', { timeoutMs: 300, latenessMs: 200, searchLagMs: 100, inFlight: 5, leaseMs });

it.each(sweepSeeds(5).flatMap((seed) => [1_400, 6_000].map((frozenMs) => ({ seed, frozenMs }))))(
  'a loader that is stopped for $frozenMs ms beside another one (seed $seed) sends nothing twice',
  async ({ seed, frozenMs }) => {
    const workload = manyTickets(40);
    const undisturbed = await open(workload);
    await undisturbed.load();
    const workspace = await open(workload);
    const roll = seeded(seed);
    const frozen = startLoader(workspace);
    const calls = 20 + Math.floor(roll() * 150);
    await until(`it made ${calls} calls`, async () => (await workspace.mutations()) >= calls, { by: [frozen] });
    await sleep(roll() * 30);
    const other = startLoader(workspace);
    await sleep(roll() * 400);
    frozen.child.kill('SIGSTOP');
    await sleep(frozenMs);
    frozen.child.kill('SIGCONT');
    for (const { code, errors } of await Promise.all([frozen.ended, other.ended])) expect(code, errors).toBe(0);

    // Where this machine answers more slowly for a while than all attempts last, a ticket fails by name; the next load takes it up.
    const given = await workspace.database.pool.query<{ reason: string }>(
      `select reason_code as reason from load.outcome where state = 'failed'
       union select reason_code from load.journal where state = 'uncertain'`,
    );
    for (const { reason } of given.rows) expect(waitedInVain).toContain(reason);
    if (given.rows.length > 0) await workspace.load();

    expect(await judgeDump(workspace)).toEqual([]);
    expect(holdings(await workspace.dump())).toEqual(holdings(await undisturbed.dump()));
    expect(await workspace.customerNotifications()).toEqual([]);
    const left = await workspace.database.pool.query(
      `select target_key, operation, state from load.journal where state in ('intent', 'uncertain')`,
    );
    expect(left.rows).toEqual([]);
    const leases = await workspace.database.pool.query<{ lost: number }>(
      'select count(*)::integer as lost from ops.process where lost_at is not null',
    );
    expect(leases.rows[0]?.lost, 'the stopped loader lost its lease').toBeGreaterThan(0);
  },
);

async function open(workload: ReturnType<typeof manyTickets>): Promise<TestWorkspace> {
  const workspace = await openTestWorkspace(workload, { switches: { latencyMs: 15 } });
  opened.push(workspace);
  return workspace;
}
