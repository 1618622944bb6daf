import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { passGate } from '../../reconcile/pass-gate.ts';
import { reportPhases, writePhaseReport } from '../../reconcile/report/phase-report.ts';
import { openTestWorkspace, type TestWorkspace } from '../support/intercom-workspace.ts';
import { everyOperation } from '../support/load-workload.ts';
import { readBack } from '../support/read-back-workspace.ts';

let workspace: TestWorkspace;
let directory: string;
afterEach(async () => {
  await workspace.close();
  await rm(directory, { recursive: true, force: true });
});

async function open(): Promise<void> {
  workspace = await openTestWorkspace(everyOperation());
  directory = await mkdtemp(join(tmpdir(), 'phase-report-'));
}
const read = (name: string) => readFile(join(directory, name), 'utf8');

const phases = [
  'attributes',
  'companies',
  'contacts',
  'contact_companies',
  'tags',
  'custom_objects',
  'collections',
  'articles',
  'conversations',
];

it('each phase leaves its page and its rows before the gate of the next one is asked', async () => {
  await open();
  const seen: string[][] = [];
  const { beforePhase, end } = reportPhases(workspace.database.pool, directory, async () => {
    seen.push((await readdir(directory)).sort());
  });
  await workspace.load({ beforePhase });
  await end();
  const filesOf = (names: readonly string[]) => names.flatMap((name) => [`${name}.csv`, `${name}.html`]).sort();
  expect(seen).toEqual(phases.map((_, place) => filesOf(phases.slice(0, place))));
  expect((await readdir(directory)).sort()).toEqual(filesOf(phases));
  expect(await read('contacts.html')).toContain(
    'In Intercom: 2 (2 created). Nothing failed, and nothing is left. The next step may start.',
  );
  // A part by an agent who is no teammate is a class of its own, and no failure.
  const [head, ...lines] = (await read('conversations.csv')).trim().split('\r\n');
  expect(head).toBe(
    'kind,source_key,target_key,what,field,state,reason_code,expected,actual,reason,is_failure,accepted_by,accepted_reason',
  );
  expect(lines.filter((line) => line.includes('Ticket::83#private_log/0'))).toEqual([
    'check,Ticket::83,Ticket::83#private_log/0,part,,fallback_author,author_is_no_teammate,,,,false,,',
  ]);
  expect(lines.every((line) => line.includes(',false,'))).toBe(true);
});

it('a phase whose gate is closed says why, by key', async () => {
  await open();
  await workspace.load();
  const { rows } = await workspace.database.pool.query<{ target_id: string }>(
    `select target_id from load.identity where target_type = 'contact' and target_key = 'Contact::6'`,
  );
  await workspace.control('/corrupt', { do: 'drop-object', kind: 'contact', id: rows[0]?.target_id });
  await readBack(workspace, 'counts');
  await workspace.database.pool.query(
    `insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, run_id)
     select $1, 'contact', 'Contact::7', 'failed', 'Rejected', 'no <such> address', '', max(run_id) from ops.run`,
    [workspace.idCode],
  );
  await writePhaseReport({
    pool: workspace.database.pool,
    workspaceIdCode: workspace.idCode,
    phase: 'contacts',
    directory,
  });
  const page = await read('contacts.html');
  expect(page).toContain('The next step must wait: 1 checks failed or unknown; 1 objects failed or blocked.');
  expect(page).toContain('no &lt;such&gt; address');
  const lines = (await read('contacts.csv')).split('\r\n').filter((line) => line.includes(',true,'));
  expect(lines).toEqual([
    `check,Contact::6,Contact::6,read back: contact is listed,,failed,missing,${rows[0]?.target_id},missing,,true,,`,
    'object,Contact::7,Contact::7,contact,,failed,Rejected,,,no <such> address,true,,',
  ]);
  await expect(passGate(workspace.database.pool, workspace.idCode, 'conversations')).rejects.toThrow(/contacts/);
});
