import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { projectRoot } from '../../platform/project-root.ts';
import { type IntercomSimulator, startIntercomSimulator } from '../../rehearsal/intercom-simulator/server.ts';
import { teammatesFrom } from '../../rehearsal/teammates.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTestItop, type TestItop } from '../support/itop-simulator.ts';

/*
 * A migration as an operator does it: every step a command of its own, in a process of its own, against two systems that no
 * rehearsal started. What a person decides is written into files and names, as he would.
 */
let itop: TestItop;
let intercom: IntercomSimulator;
let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  itop = await startTestItop({ generator: { seed: 3, tickets: 12, logEntriesPerTicket: 2 } });
  intercom = await startIntercomSimulator({
    token: 'operator-token',
    idCode: 'real1',
    admins: await teammatesFrom(itop.controlUrl),
    switches: { searchLagMs: 50, limit: 0 },
  });
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), 'operator-'));
  const configuration = {
    database: { url: database.url },
    itop: { url: itop.url, user: 'admin', password: itop.password, timezone: 'Europe/Paris' },
    intercom: {
      token: 'operator-token',
      region: 'us',
      base_url: intercom.url,
      search_lag_ms: 300,
      plan: 'expert',
      residency: 'us',
    },
    blobs: { directory: join(directory, 'blobs') },
    mapping: { file: join(directory, 'mapping.yaml') },
    report: { directory: join(directory, 'reports') },
    snooze: { until: '2030-01-07T08:00:00Z' },
  };
  writeFileSync(join(directory, 'itop-to-intercom.yaml'), stringify(configuration));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await database.drop();
  await intercom.close();
  await itop.close();
});

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
}

/** Runs one command; its exit code and everything it printed. */
function cli(...words: string[]): Promise<Ended> {
  const parameters = ['cli/main.ts', ...words, '--config', join(directory, 'itop-to-intercom.yaml')];
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { cwd: projectRoot, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      if (process.env.SHOW_OUTPUT !== undefined) console.log(`$ ${words.join(' ')} -> ${code}\n${stdout}\n${stderr}`);
      resolve({ code, stdout, output: `${stdout}\n${stderr}` });
    });
  });
}

/** A command that must be done and green; gives what it printed. */
async function done(...words: string[]): Promise<string> {
  const { code, output } = await cli(...words);
  expect(code, `${words.join(' ')}\n${output}`).toBe(0);
  return output;
}

/** A command that must refuse, with words that say what to do. */
async function refused(reason: RegExp, ...words: string[]): Promise<void> {
  const { code, output } = await cli(...words);
  expect(code, `${words.join(' ')}\n${output}`).toBe(2);
  expect(output).toMatch(reason);
  expect(output).toMatch(/Next: /);
}

/** Types of custom objects are made by a person from the hand-off sheet: no version of the API can. */
async function setUpByHand(): Promise<void> {
  const { rows } = await database.pool.query<{ identifier: string; attributes: Record<string, string> }>(
    `select type_identifier as identifier,
            jsonb_object_agg(attribute, case data_type when 'string' then 'text' when 'boolean' then 'boolean' else 'number' end) as attributes
     from handoff.custom_object_setup where data_type not like 'relationship%' group by type_identifier`,
  );
  const response = await fetch(`${intercom.controlUrl}/actions`, {
    method: 'POST',
    body: JSON.stringify(rows.map((fields) => ({ do: 'plant-object-type', fields }))),
  });
  expect(response.ok, await response.text()).toBe(true);
}

/** The audit passes, looked into the records, and says of everything that needs a person what it is and what to do. */
async function expectUsableFindings(): Promise<void> {
  const { code, stdout, output } = await cli('audit', '--json');
  expect(code, output).toBe(0);
  const { findings } = JSON.parse(stdout) as {
    findings: { code: string; severity: string; subject: string; finding: string; nextStep: string }[];
  };
  for (const one of findings) {
    expect(one.code).toMatch(/^(itop|data|intercom)_[a-z_]+(:[a-z0-9_]+)?$/);
    expect(['blocker', 'warning', 'note', 'passed']).toContain(one.severity);
    expect(one.finding, one.code).not.toBe('');
    if (one.severity === 'warning') expect(one.nextStep, one.finding).not.toBe('');
  }
  expect(findings.filter((one) => one.code === 'data_dead_letter')).toMatchObject([{ severity: 'passed' }]);
}

/** What Intercom adds to a conversation by itself blocks until a person accepts it, type by type. */
async function expectPartsOfIntercom(): Promise<void> {
  const { code, output } = await cli('canary', 'check', '--min-age', '0');
  expect(code, output).toBe(1);
  const types = [...output.matchAll(/\(can be accepted: (\w+)\)/g)].map(([, type]) => type ?? '');
  expect(types).toEqual(['language_detection_details', 'default_assignment']);
  for (const type of types)
    await done('canary', 'accept', type, '--by', 'Olga Operator', '--reason', 'nobody is notified');
}

it('goes from audit to report by its commands alone', { timeout: 600_000 }, async () => {
  await done('audit');
  await done('extract');
  await refused(/mapping\.yaml/, 'map', 'check');
  await done('map', 'propose', '--custom-objects', 'Server');
  expect(await done('map', 'check')).toContain('has a decision');
  await refused(/not transformed yet/, 'load');
  await done('map', 'confirm', '--by', 'Olga Operator');
  await done('transform');
  await done('handoff', '--out', join(directory, 'handoff'));
  await setUpByHand();
  await done('audit', 'write-decisions', join(directory, 'decisions'));
  for (const file of readdirSync(join(directory, 'decisions')))
    expect(readFileSync(join(directory, 'decisions', file), 'utf8')).toContain(',');
  const survivors = join(directory, 'decisions', 'survivors.csv');
  const asWritten = readFileSync(survivors, 'utf8');
  writeFileSync(survivors, asWritten.replace(',reason', ',why'));
  await refused(/line 1/i, 'audit', 'read-decisions', survivors, '--by', 'Olga Operator');
  writeFileSync(survivors, asWritten);
  await done('audit', 'read-decisions', survivors, '--by', 'Olga Operator');
  await done('audit', 'sheet');
  await done('audit', 'sign', 'all', '--by', 'Olga Operator');
  await done('canary', 'send', '--address', 'olga@operator.example', '--largest-file', '0');
  await expectPartsOfIntercom();
  await done('canary', 'check', '--min-age', '0');
  await done('canary', 'confirm', '--nothing-arrived', '--by', 'Olga Operator');
  await expectUsableFindings();
  await done('sample', '--tickets', '5', '--contacts', '5', '--companies', '2');
  await done('preview', '--out', join(directory, 'preview.html'));
  await refused(/Nobody looked at a sample/, 'load');
  const mapping = readFileSync(join(directory, 'mapping.yaml'), 'utf8');
  writeFileSync(join(directory, 'mapping.yaml'), `${mapping}# a remark\n`);
  await refused(/was edited since Olga Operator/, 'load');
  writeFileSync(join(directory, 'mapping.yaml'), mapping);
  await done('sample', 'accept', '--by', 'Olga Operator');
  expect(await done('plan')).toContain('conversations');
  const refs = await database.pool.query<{ ref: string }>(
    `select o.payload ->> 'ref' as ref from raw.latest_object o join intercom.conversation c on c.target_key = o.source_key limit 1`,
  );
  expect(await done('plan', refs.rows[0]?.ref ?? '')).toContain('POST /conversations');
  await done('load');
  expect(await done('reconcile')).toContain('Green');
  await done('report', '--out', join(directory, 'report'));
  const loaded = await database.pool.query<{ count: number }>(
    `select count(*)::integer as count from load.identity where workspace_id_code = 'real1' and target_type = 'conversation'`,
  );
  const dump = (await (await fetch(`${intercom.controlUrl}/dump`)).text()).split('\n').filter((line) => line !== '');
  const conversations = dump.filter((line) => (JSON.parse(line) as { type: string }).type === 'conversation');
  expect(loaded.rows[0]?.count).toBeGreaterThanOrEqual(12);
  expect(conversations).toHaveLength(loaded.rows[0]?.count ?? 0);
});
