import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';
import { readBack, redChecks } from '../support/read-back-workspace.ts';

/* A ticket that is loaded and holds, since, a value that Postgres cannot compute with: what is in Intercom stays what it is. */

let workspace: TestWorkspace;
afterEach(() => workspace.close());

const given = (...path: string[]) =>
  JSON.parse(readFileSync(join(projectRoot, 'tests', 'cases', ...path), 'utf8')) as Record<string, GivenObject>;
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests', 'cases', 'settings.yaml'),
});

const first = given('t3-time-decides-not-the-log', 'given.json')['Ticket::100'] as {
  class: string;
  fields: { public_log: { entries: unknown[] } };
};
const answer = {
  date: '2024-02-01 09:00:00',
  user_id: '5',
  user_login: 'Gita Agent',
  message: 'done',
  message_html: '<p>done</p>',
};

/** The ticket with another title, and with one answer more where that is asked for. */
function ticket(ref: string, title: string, isAnswered = false): GivenObject {
  const { entries } = first.fields.public_log;
  const public_log = { entries: isAnswered ? [answer, ...entries] : entries };
  return { ...first, fields: { ...first.fields, ref, title, public_log } };
}

let minutes = 0;
async function delta(objects: Record<string, GivenObject>) {
  minutes += 1;
  await landObjects(workspace.database.pool, objects, { observedAt: new Date(Date.UTC(2026, 0, 1, 0, minutes)) });
  const transformed = await runTransform(workspace.database.pool, settings, openProgress('silent'));
  const loaded = await workspace.load({ withChanges: true });
  return { ...transformed, written: loaded.phases.reduce((sum, phase) => sum + phase.written + phase.changed, 0) };
}

const conversations = async () => (await workspace.dump()).filter(({ type }) => type === 'conversation');
const conversationOf = async (title: string) =>
  (await conversations()).filter((one) => String(one.title).includes(title));

const pendingOf = async (key: string) =>
  (
    await workspace.database.pool.query(
      `select distinct disposition, was_loaded, reason from reconcile.disposition where item_key = $1`,
      [key],
    )
  ).rows;
const unexplained = async () =>
  (
    await workspace.database.pool.query<{ line: string }>(
      `select concat_ws(' ', kind, item_kind, example, closes_gate) as line from reconcile.unexplained where kind <> 'not_counted' order by 1`,
    )
  ).rows.map(({ line }) => line);

it('stays in Intercom as it is while it is set aside, is pending, and goes on once it is repaired', async () => {
  workspace = await openTestWorkspace(undefined);
  const { pool } = workspace.database;
  await delta({
    ...given('world.json'),
    'Ticket::100': ticket('R-000100', 'Printer'),
    'Ticket::101': ticket('R-000101', 'Scanner'),
  });
  const [loaded] = await conversationOf('Printer');
  expect(loaded).toBeDefined();
  const { rows } = await pool.query<{ sql: string }>(
    `select pg_get_viewdef('intermediate.thread_part_definition'::regclass) as sql`,
  );
  await pool.query(
    `create or replace view intermediate.thread_part_definition as select v.* from (${rows[0]?.sql.replace(/;\s*$/, '')}) as v
     join staging.usable_object o on o.source_key = v.ticket_key
     where o.payload ->> 'title' <> 'odd' or 1 / (length(v::text) - length(v::text)) > 0`,
  );

  const poisoned = await delta({
    'Ticket::100': ticket('R-000100', 'odd', true),
    'Ticket::101': ticket('R-000101', 'Copier'),
  });
  expect(poisoned.setAside.map(({ sourceKey }) => sourceKey)).toEqual(['Ticket::100']);
  expect(await conversationOf('Printer')).toEqual([loaded]);
  expect(await conversationOf('Copier')).toHaveLength(1);
  expect(await conversations()).toHaveLength(2);
  const reason = expect.stringMatching(/^set aside: intermediate.thread_part cannot be computed with it/);
  expect(await pendingOf('Ticket::100')).toEqual([{ disposition: 'pending', was_loaded: true, reason }]);
  expect(await pendingOf('Ticket::101')).toMatchObject([{ disposition: 'loaded' }]);
  expect(await unexplained()).toEqual(['pending log_entry Ticket::100#public_log/0 f', 'pending object Ticket::100 f']);
  const findings = await pool.query(
    `select source_key, reason from reconcile.record_finding where reason_code = 'set_aside'`,
  );
  expect(findings.rows).toEqual([{ source_key: 'Ticket::100', reason }]);
  await readBack(workspace, 'full');
  expect(await redChecks(workspace)).toEqual([]);
  expect((await delta({})).written).toBe(0);

  const repaired = await delta({ 'Ticket::100': ticket('R-000100', 'Plotter', true) });
  expect(repaired.setAside).toEqual([]);
  const [now] = await conversationOf('Plotter');
  expect(now?.id).toBe(loaded?.id);
  expect(JSON.stringify(now).split('>done<')).toHaveLength(2);
  expect(await conversations()).toHaveLength(2);
  expect(await unexplained()).toEqual([]);
  await readBack(workspace, 'full');
  expect(await redChecks(workspace)).toEqual([]);
});
