import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMetrics, writeMetrics } from '../../reconcile/metrics.ts';
import { createTestDatabase } from '../support/database.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';

let workspace: TestWorkspace;
let directory: string;
beforeAll(async () => {
  workspace = await openTestWorkspace(everyOperation());
  directory = await mkdtemp(join(tmpdir(), 'metrics-'));
});
afterAll(async () => {
  await workspace.close();
  await rm(directory, { recursive: true, force: true });
});

/** Value of the sample of that name and those labels in Prometheus' text format. */
function sample(text: string, name: string, ...labels: readonly string[]): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(name) && labels.every((label) => one.includes(label)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

it('follows a load from what waits to what is complete, and shows what failed and since when', async () => {
  const { pool } = workspace.database;
  const conversations = ['phase="conversations"', `workspace="${workspace.idCode}"`];
  const objects = async (state: string) =>
    sample(await readMetrics(pool), 'itop_to_intercom_objects{', ...conversations, `state="${state}"`);
  await workspace.load({ only: 'R-000084' });
  expect([await objects('complete'), await objects('waiting')]).toEqual([1, 1]);
  await workspace.load();
  expect([await objects('complete'), await objects('waiting')]).toEqual([2, 0]);
  expect(sample(await readMetrics(pool), 'itop_to_intercom_uncertain_calls{')).toBe(0);
  expect(sample(await readMetrics(pool), 'itop_to_intercom_oldest_failure')).toBeUndefined();

  await pool.query(
    `insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, run_id, recorded_at)
     select $1, 'contact', 'Contact::999', 'failed', 'refused', 'refused', 'look', max(run_id), '2026-01-01T00:00:00Z' from ops.run`,
    [workspace.idCode],
  );
  const at = sample(await readMetrics(pool), 'itop_to_intercom_oldest_failure_timestamp_seconds{');
  expect(at).toBe(Date.parse('2026-01-01T00:00:00Z') / 1_000);
});

it('writes a whole file and leaves no half one; where it cannot, it says what to do', async () => {
  const file = join(directory, 'itop.prom');
  await writeMetrics(workspace.database.pool, file);
  await writeMetrics(workspace.database.pool, file);
  expect(await readdir(directory)).toEqual(['itop.prom']);
  expect(await readFile(file, 'utf8')).toContain('# TYPE itop_to_intercom_objects gauge');
  await expect(writeMetrics(workspace.database.pool, join(directory, 'missing', 'itop.prom'))).rejects.toMatchObject({
    exitCode: 2,
    nextStep: expect.stringContaining('metrics.textfile'),
  });
});

it('knows nothing before the first stage, and says so without failing', async () => {
  const empty = await createTestDatabase();
  try {
    expect(sample(await readMetrics(empty.pool), 'itop_to_intercom_changed_objects ')).toBe(0);
  } finally {
    await empty.drop();
  }
});
