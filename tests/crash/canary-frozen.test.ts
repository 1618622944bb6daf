import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { seeded } from '../support/crash-points.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { type ProcessUnderTest, startProcess } from '../support/process-under-test.ts';
import { sweepSeeds } from '../support/sweep-seeds.ts';
import { until } from '../support/until.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A lease of a second in the place of ten, and answers that are waited for as briefly. */
const leaseMs = 1_000;

interface Site {
  readonly workspace: TestWorkspace;
  canary(...command: readonly string[]): ProcessUnderTest;
}

async function open(): Promise<Site> {
  const workspace = await openTestWorkspace(undefined, { switches: { latencyMs: 8 } });
  const directory = await mkdtemp(join(tmpdir(), 'canary-frozen-'));
  closing.push(workspace.close, () => rm(directory, { recursive: true }));
  const config = join(directory, 'itop-to-intercom.yaml');
  const intercom = { region: 'us', base_url: workspace.url, timeout_ms: 400, lateness_ms: 200, search_lag_ms: 60 };
  await writeFile(config, stringify({ database: { lease_ms: leaseMs }, intercom }));
  const environment = { DATABASE_URL: workspace.database.url, INTERCOM_TOKEN: workspace.token, NO_COLOR: '1' };
  return {
    workspace,
    canary(...command) {
      const started = startProcess(['cli/main.ts', 'canary', ...command, '--config', config], environment);
      closing.push(() => started.kill());
      return started;
    },
  };
}

const send = ({ canary }: Site, address: string) =>
  canary('send', '--address', address, '--largest-file', '0', '--search-wait', '1');

/** What a canary can leave behind that somebody would stumble over. */
const leftOf = async ({ workspace }: Site) =>
  (await workspace.dump()).filter(({ type }) => type === 'conversation' || type === 'contact' || type === 'company');

const textsOf = (dumped: Awaited<ReturnType<typeof leftOf>>) =>
  dumped
    .filter(({ type }) => type === 'conversation')
    .flatMap(({ source, conversation_parts: parts }) => [
      String((source as { body: string }).body),
      ...((parts as { conversation_parts: { body: string | null }[] }).conversation_parts
        .map(({ body }) => body)
        .filter((body) => body !== null && body !== '') as string[]),
    ]);

/** Stops the process behind a call that the seed chooses. The canary of an undisturbed workspace makes more than 40. */
async function stop({ workspace }: Site, frozen: ProcessUnderTest, roll: () => number): Promise<void> {
  const calls = 1 + Math.floor(roll() * 30);
  await until(`it made ${calls} calls`, async () => (await workspace.mutations()) >= calls, {
    by: [frozen],
    everyMs: 2,
  });
  await sleep(roll() * 12);
  expect(frozen.hasEnded(), frozen.printed()).toBe(false);
  frozen.signal('SIGSTOP');
}

it.each(sweepSeeds(4))(
  'a canary that was removed while its process was stopped sends nothing more (seed %i)',
  async (seed) => {
    const site = await open();
    const frozen = send(site, 'ann@own.example');
    await stop(site, frozen, seeded(seed));
    const removed = await site.canary('remove').ended;
    const calls = await site.workspace.mutations();
    // What was on the way when the process was stopped may have made a contact or a company: that is said.
    const unknown = (await leftOf(site)).filter(({ type }) => !removed.said.includes(`${type} "`));
    expect(unknown, removed.said).toEqual([]);
    frozen.signal('SIGCONT');
    const woken = await frozen.ended;
    expect(woken.code, woken.said).toBe(1);
    expect(woken.said).toMatch(/The canary was stopped: (it was removed meanwhile|.*no answer within)/);
    expect(await site.workspace.mutations()).toBe(calls);

    const next = await send(site, 'bea@own.example').ended;
    expect(next.code, next.said).toBe(0);
  },
);

it.each(sweepSeeds(7))(
  'a canary whose process was stopped past its lease goes on, or says that an answer was lost, and writes nothing twice (seed %i)',
  async (seed) => {
    const site = await open();
    const frozen = send(site, 'ann@own.example');
    await stop(site, frozen, seeded(seed));
    await sleep(leaseMs + 200);
    frozen.signal('SIGCONT');
    const woken = await frozen.ended;
    const texts = textsOf(await leftOf(site));
    expect(new Set(texts).size, texts.join('\n')).toBe(texts.length);
    if (woken.code !== 0) expect(woken.said).toMatch(/no answer within 400 ms[\s\S]*canary remove/);
    const removed = await site.canary('remove').ended;
    expect(
      (await leftOf(site)).filter(({ type }) => !removed.said.includes(`${type} "`)),
      removed.said,
    ).toEqual([]);
  },
);
