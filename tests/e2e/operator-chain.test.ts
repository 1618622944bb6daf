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
import { nextCommand } from '../support/suggested-commands.ts';

/*
 * A migration as an operator does it: every step a command of its own, in a process of its own, against two systems that no
 * rehearsal started. Which command comes next is read from what the one before printed. What a person decides is written into
 * files and names, as he would.
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
  const inMapping = findings.filter((one) => /Decide it in the mapping/.test(one.nextStep));
  expect(inMapping, 'the mapping is confirmed').toEqual([]);
  expect(findings.filter((one) => one.code === 'data_dead_letter')).toMatchObject([{ severity: 'passed' }]);
}

/** What Intercom adds to a conversation by itself blocks until a person accepts it, type by type. */
async function acceptParts(refusal: string): Promise<void> {
  const types = [...refusal.matchAll(/\(can be accepted: (\w+)\)/g)].map(([, type]) => type ?? '');
  expect(types).toEqual(['language_detection_details', 'default_assignment']);
  for (const type of types)
    await done('canary', 'accept', type, '--by', 'Olga Operator', '--reason', 'nobody is notified');
}

/** Files of decisions: one with a damaged heading is refused by its line, one as it was written is taken. */
async function decide(): Promise<void> {
  await done('audit', 'write-decisions', join(directory, 'decisions'));
  for (const file of readdirSync(join(directory, 'decisions')))
    expect(readFileSync(join(directory, 'decisions', file), 'utf8')).toContain(',');
  const survivors = join(directory, 'decisions', 'survivors.csv');
  const asWritten = readFileSync(survivors, 'utf8');
  writeFileSync(survivors, asWritten.replace(',reason', ',why'));
  await refused(/line 1/i, 'audit', 'read-decisions', survivors, '--by', 'Olga Operator');
  writeFileSync(survivors, asWritten);
  await done('audit', 'read-decisions', survivors, '--by', 'Olga Operator');
}

/** A load refuses a mapping that was edited since somebody confirmed it. The plan names the calls of a ticket, which may be loaded alone. */
async function lookBeforeLoad(): Promise<void> {
  const mapping = readFileSync(join(directory, 'mapping.yaml'), 'utf8');
  writeFileSync(join(directory, 'mapping.yaml'), `${mapping}# a remark\n`);
  await refused(/was edited since Olga Operator/, 'load');
  writeFileSync(join(directory, 'mapping.yaml'), mapping);
  const refs = await database.pool.query<{ ref: string }>(
    `select o.payload ->> 'ref' as ref from raw.latest_object o join intercom.conversation c on c.target_key = o.source_key limit 1`,
  );
  const ref = refs.rows[0]?.ref ?? '';
  expect(await done('plan', ref)).toContain('POST /conversations');
  // The others are not loaded yet.
  expect(await done('load', '--only', ref)).toMatch(/^Next: itop-to-intercom load$/m);
}

/** What a person does in between, before he goes on with the command that was named: by that command's words. */
const meanwhile: Readonly<Record<string, () => Promise<unknown>>> = {
  'map propose': () => refused(/mapping\.yaml/, 'map', 'check'),
  transform: () => refused(/not transformed yet/, 'load'),
  'audit again': async () => {
    await done('handoff', '--out', join(directory, 'handoff'));
    await setUpByHand();
  },
  'audit sheet': decide,
  load: lookBeforeLoad,
};

/** What an operator adds to a command that was named, or puts in the place of `x`: what the words left to him. */
const filledIn = (): Readonly<Record<string, readonly string[]>> => ({
  'map propose': ['map', 'propose', '--custom-objects', 'Server'],
  'audit sign': ['audit', 'sign', 'all', '--by', 'Olga Operator'],
  'canary send': ['canary', 'send', '--address', 'olga@operator.example', '--largest-file', '0'],
  'canary check': ['canary', 'check', '--min-age', '0'],
  sample: ['sample', '--tickets', '5', '--contacts', '5', '--companies', '2'],
  preview: ['preview', '--out', join(directory, 'preview.html')],
});

const nameOf = (words: readonly string[]): string =>
  words.slice(0, ['map', 'audit', 'canary', 'sample'].includes(words[0] ?? '') ? 2 : 1).join(' ');

/** Goes from command to command by what each says comes next, until one says that all is green. Gives their names. */
async function followWords(first: string): Promise<string[]> {
  const followed: string[] = [];
  let words: readonly string[] = [first];
  // Each is followed twice at most.
  while (followed.length < 30) {
    const name = nameOf(words);
    const times = followed.filter((one) => one === name).length;
    await meanwhile[name + ' again'.repeat(times)]?.();
    followed.push(name);
    const typed = filledIn()[name] ?? words.map((word) => (word === 'x' ? 'Olga Operator' : word));
    const { code, output } = await cli(...typed);
    if (name === 'canary check' && code === 1) {
      await acceptParts(output);
      continue;
    }
    expect(code, `${typed.join(' ')}\n${output}`).toBe(0);
    if (output.includes('Green: everything is accounted for.')) return followed;
    const next = await nextCommand(output);
    expect(next, `${typed.join(' ')} says what comes next\n${output}`).toBeDefined();
    words = next ?? [];
  }
  throw new Error(`The words lead in a circle: ${followed.join(', ')}`);
}

it('goes from the first audit to a green proof by what each command says comes next', {
  timeout: 600_000,
}, async () => {
  expect(await followWords('audit')).toEqual([
    ...['audit', 'extract', 'map propose', 'map check', 'map confirm', 'transform'],
    ...['audit', 'audit sheet', 'audit sign', 'canary send', 'canary check', 'canary check', 'canary confirm'],
    ...['audit', 'sample', 'preview', 'sample accept', 'load', 'reconcile'],
  ]);
  await expectUsableFindings();
  await done('report', '--out', join(directory, 'report'));
  const loaded = await database.pool.query<{ count: number }>(
    `select count(*)::integer as count from load.identity where workspace_id_code = 'real1' and target_type = 'conversation'`,
  );
  const dump = (await (await fetch(`${intercom.controlUrl}/dump`)).text()).split('\n').filter((line) => line !== '');
  const conversations = dump.filter((line) => (JSON.parse(line) as { type: string }).type === 'conversation');
  expect(loaded.rows[0]?.count).toBeGreaterThanOrEqual(12);
  expect(conversations).toHaveLength(loaded.rows[0]?.count ?? 0);
});
