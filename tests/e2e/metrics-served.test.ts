import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { countCall } from '../../platform/process-metrics.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { metricNames } from '../../reconcile/metrics.ts';
import { type MetricsServer, serveMetrics } from '../../reconcile/serve-metrics.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let server: MetricsServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await serveMetrics(database.pool, '127.0.0.1:0');
});
afterAll(async () => {
  server.close();
  await database.drop();
});

it('serves what the warehouse knows, and the calls and memory of the process', async () => {
  countCall('createConversation', 200);
  countCall('createConversation', 429);
  countCall('createConversation', undefined);
  const answer = await fetch(server.url);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  expect(text).toMatch(/^itop_to_intercom_changed_objects 0$/m);
  for (const status of ['200', '429', 'none'])
    expect(text).toContain(`itop_to_intercom_calls_total{operation="createConversation",status="${status}"} 1`);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404);
});

it('says in words that a port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await expect(serveMetrics(database.pool, `127.0.0.1:${port}`)).rejects.toMatchObject({
    exitCode: 2,
    nextStep: expect.stringContaining('metrics.listen'),
  });
  taken.close();
});

it('has every metric that the rules and the dashboard in deploy/ ask for', () => {
  const known = new Set([...metricNames, 'itop_to_intercom_calls_total']);
  const read = (file: string): string => readFileSync(join(projectRoot, 'deploy', file), 'utf8');
  const rules = (parse(read('prometheus-alerts.yaml')) as { groups: { rules: { expr: string }[] }[] }).groups.flatMap(
    (group) => group.rules.map((rule) => rule.expr),
  );
  const panels = (
    JSON.parse(read('grafana-dashboard.json')) as { panels: { targets: { expr: string }[] }[] }
  ).panels.flatMap((panel) => panel.targets.map((target) => target.expr));
  expect(rules.length).toBeGreaterThan(3);
  expect(panels.length).toBeGreaterThan(5);
  for (const expression of [...rules, ...panels]) {
    const names = expression.match(/itop_to_intercom_\w+/g) ?? [];
    expect(names.length, expression).toBeGreaterThan(0);
    for (const name of names) expect(known, expression).toContain(name);
  }
});
