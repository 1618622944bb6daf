import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import fc from '../support/fast-check.ts';
import { hostileWorld } from '../support/hostile-world.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

/*
 * One record stops nobody, up to Intercom: a load, and deltas of more hostile worlds, end by themselves. What could not be loaded has a
 * reason and a next step; nothing is left of unknown outcome; no conversation stays half told without a word.
 */

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await openTestWorkspace(undefined);
});
afterEach(() => workspace.close());

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

let minutes = 0;

async function load(world: Record<string, GivenObject>): Promise<void> {
  const { pool } = workspace.database;
  minutes += 1;
  await landObjects(pool, world, { observedAt: new Date(Date.UTC(2026, 0, 1, 0, minutes)) });
  await runTransform(pool, settings, openProgress('silent'));
  const result = await workspace.load({ withChanges: true });
  expect(result.isStopped).toBe(false);
  expect(result.phases.reduce((sum, phase) => sum + phase.uncertain, 0)).toBe(0);
  const silent = await pool.query<{ target_key: string }>(
    `select c.target_key from intercom.conversation c
     where not exists (select from load.identity i where i.target_type = 'conversation_update' and i.target_key = c.target_key)
       and not exists (
         select from load.outcome o where o.target_key = c.target_key and o.reason <> '' and o.next_step <> '')`,
  );
  expect(silent.rows).toEqual([]);
  const half = await pool.query<{ target_key: string; reason: string }>(
    `select o.target_key, o.reason from load.outcome o
     join load.identity i on i.workspace_id_code = o.workspace_id_code and i.target_type = 'conversation' and i.target_key = o.target_key
     where o.target_type = 'conversation' and o.state = 'failed'`,
  );
  expect(half.rows).toEqual([]);
}

it('loads to the end, whatever iTop holds', async () => {
  await fc.assert(fc.asyncProperty(hostileWorld, load), { numRuns: 12, seed: 14, endOnFailure: true });
}, 600_000);
