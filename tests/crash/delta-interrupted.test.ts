import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { changeItop, holdings } from '../support/changed-site.ts';
import {
  count,
  hasLease,
  type Trap,
  trapByTable,
  trapInExtract,
  trapInLoad,
  trapInReconcile,
} from '../support/delta-traps.ts';
import {
  control,
  keepRehearsal,
  removeKeptRehearsals,
  type KeptRehearsal as Site,
  type StartedCommand,
  startCommand,
} from '../support/kept-rehearsal.ts';
import { until } from '../support/until.ts';

/* Whole deltas on real processes, killed and stopped. Both tests change the same two sites: in one of them nothing disturbs a delta. */

let undisturbed: Site;
let disturbed: Site;
beforeAll(async () => {
  [undisturbed, disturbed] = await Promise.all([keepRehearsal(12), keepRehearsal(12)]);
});
afterAll(removeKeptRehearsals);

const startDelta = (site: Site) => startCommand(site.cache, ['delta', '--config', site.configFile]);

type Stages = readonly (readonly [string, (site: Site) => Promise<Trap>])[];

/** One line that says what was done. */
const doneLine = /^Delta done in [\d.]+ s: \d+ objects changed in iTop, .*0 failed or blocked, 0 unexplained$/;

it('a delta that is killed in every stage and started again ends like an undisturbed one; of two at once one is refused', async () => {
  const change = { answer: 'It burns again.', title: 'Another title', phone: '+33 1 99', at: '2026-03-02 10:00:00' };
  await Promise.all([changeItop(undisturbed, change), changeItop(disturbed, change)]);
  const before = await holdings(disturbed);

  const trap = await trapInExtract(undisturbed);
  const first = startDelta(undisturbed);
  await trap.caught();
  const second = await startDelta(undisturbed).ended;
  expect(second, second.output).toMatchObject({ code: 2, output: '' });
  expect(second.errors).toMatch(
    /Refused: Another delta is running. Nothing was done.\nNext: .*itop-to-intercom status/,
  );
  await trap.open();

  const stages: Stages = [
    ['lease', (site) => trapByTable(site, 'ops.run')],
    ['extract', trapInExtract],
    ['transform', (site) => trapByTable(site, 'intermediate.ticket_message')],
    ['load, before the commit of a call', (site) => trapInLoad(site, 'before-commit')],
    ['load, after the commit of a call', (site) => trapInLoad(site, 'after-commit')],
    ['reconcile', trapInReconcile],
  ];
  for (const [stage, setTrap] of stages) {
    const { child, ended, trap: set } = await startCaughtDelta(stage, setTrap);
    expect(await hasLease(disturbed), stage).toBe(true);
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: null });
    await set.open();
    await until('the lease is free', async () => !(await hasLease(disturbed)));
  }
  await expectEqualEnd(first, startDelta(disturbed), before);
  expect(await count(undisturbed, 'ops.run where ended_at is null')).toBe(0);
  expect(await count(disturbed, 'ops.run where ended_at is null')).toBe(0);
}, 400_000);

/** Longer than a process of a busy machine is silent for. */
const leaseMs = 2_000;

it('deltas that are stopped in one stage after the other, each past its lease, end as one that nothing disturbed', async () => {
  await shortenLease(disturbed);
  const change = { answer: 'It burns once more.', title: 'A third', phone: '+33 1 98', at: '2026-03-03 10:00:00' };
  await Promise.all([changeItop(undisturbed, change), changeItop(disturbed, change)]);
  const before = await holdings(disturbed);
  const single = startDelta(undisturbed);

  const stages: Stages = [
    ['extract', trapInExtract],
    ['transform', (site) => trapByTable(site, 'intermediate.ticket_message')],
    ['load', (site) => trapInLoad(site, 'before-commit')],
    ['reconcile', trapInReconcile],
  ];
  let asleep: StartedCommand | undefined;
  for (const [stage, setTrap] of stages) {
    const delta = await startCaughtDelta(stage, setTrap);
    // This one has the lease, and goes no further: the one before it wakes into its stage.
    if (asleep !== undefined) await wake(asleep);
    delta.child.kill('SIGSTOP');
    // A call that is on the way takes effect while nobody waits for it.
    await delta.trap.open({ isCarriedOut: true });
    await until('its lease ran out', () => isLeaseOver(disturbed));
    asleep = delta;
  }
  const former = await holderOfLease(disturbed);
  const last = startDelta(disturbed);
  await until('the last one has the lease', async () => ![undefined, former].includes(await holderOfLease(disturbed)), {
    by: [last],
  });
  if (asleep !== undefined) await wake(asleep);
  await expectEqualEnd(single, last, before);
}, 400_000);

/** Sets a trap in the disturbed site, and starts a delta that stands in it. */
async function startCaughtDelta(
  stage: string,
  setTrap: (site: Site) => Promise<Trap>,
): Promise<StartedCommand & { readonly trap: Trap }> {
  const trap = await setTrap(disturbed);
  const delta = startDelta(disturbed);
  const early = delta.ended.then(({ errors }) =>
    Promise.reject(new Error(`The delta ended before ${stage}: ${errors}`)),
  );
  await Promise.race([trap.caught(), early]);
  // It ends after this, as the test wants it to.
  early.catch(() => undefined);
  return { ...delta, trap };
}

/** The two deltas end well, and both workspaces hold the same, which is not what they held before. */
async function expectEqualEnd(single: StartedCommand, last: StartedCommand, before: string[]): Promise<void> {
  for (const { code, output, errors } of await Promise.all([single.ended, last.ended])) {
    expect(code, errors).toBe(0);
    expect(output.trim()).toMatch(doneLine);
  }
  const wanted = await holdings(undisturbed);
  expect(wanted, 'the delta did something').not.toEqual(before);
  expect(await holdings(disturbed)).toEqual(wanted);
  for (const site of [undisturbed, disturbed]) {
    expect(await count(site, `load.journal where state in ('intent', 'uncertain', 'failed')`)).toBe(0);
    const ledger = (await control(`${site.intercomControlUrl}/ledger`)) as { customer: unknown[] };
    expect(ledger.customer).toEqual([]);
  }
}

async function shortenLease({ configFile }: Site): Promise<void> {
  const configuration = parse(await readFile(configFile, 'utf8'));
  configuration.database.lease_ms = leaseMs;
  await writeFile(configFile, stringify(configuration));
}

/** Lets a stopped delta go on that another one took over from: it says what it lost, and not that it is done. */
async function wake({ child, ended }: StartedCommand): Promise<void> {
  child.kill('SIGCONT');
  const { code, output, errors } = await ended;
  expect(output).not.toContain('Delta done');
  expect(errors).toContain('The connection to the database broke, and with it the lease of delta.');
  expect(code).toBe(1);
}

/** Session of the database that holds the lease of a delta, and whether it was silent for longer than that by the clock of the database. */
async function leaseOfDelta({ database }: Site): Promise<{ pid: number; is_over: boolean } | undefined> {
  const { rows } = await database.pool.query<{ pid: number; is_over: boolean }>(
    `select l.pid, a.state_change < clock_timestamp() - $1 * interval '1 millisecond' as is_over
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and a.datname = current_database()
       and (l.classid::bigint << 32 | l.objid::bigint) = hashtext('lease delta')`,
    [leaseMs],
  );
  return rows[0];
}

const holderOfLease = async (site: Site) => (await leaseOfDelta(site))?.pid;
const isLeaseOver = async (site: Site) => (await leaseOfDelta(site))?.is_over === true;
