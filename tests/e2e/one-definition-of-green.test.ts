import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deltaCommand } from '../../cli/delta.ts';
import { loadCommand } from '../../cli/load.ts';
import { reconcileCommand } from '../../cli/reconcile.ts';
import { reportCommand } from '../../cli/report.ts';
import { statusCommand } from '../../cli/status.ts';
import { transformCommand } from '../../cli/transform.ts';
import { type Database, openDatabase } from '../../platform/database.ts';
import type { RefusedError } from '../../platform/errors.ts';
import { passGate } from '../../reconcile/pass-gate.ts';
import { writePhaseReport } from '../../reconcile/report/phase-report.ts';
import type { Unexplained } from '../../reconcile/unexplained.ts';
import { inContext } from '../../workflow/command-context.ts';
import type { RehearsalSite } from '../../workflow/rehearsal/site.ts';
import { control } from '../support/kept-rehearsal.ts';
import { landObjects } from '../support/land-objects.ts';
import { type OwnRehearsal, ownRehearsal } from '../support/own-rehearsal.ts';

/*
 * A rehearsal that ended green is damaged in one way at a time. Every page, gate and exit code of the tool must then say the same
 * about it: each asks on its own way, and none may know less or more than the others.
 */
let rehearsal: OwnRehearsal;
let configFile: string;
let database: Database;
let directory: string;
let idCode: string;
beforeAll(async () => {
  rehearsal = await ownRehearsal();
  const { code, output, errors } = await rehearsal.run(
    'rehearse',
    ...['--tickets', '20', '--call-limit', '0', '--keep', '--json'],
  );
  expect(code, `${output}\n${errors}`).toBe(0);
  const result = JSON.parse(output) as { configFile: string; unexplained: unknown[]; isGreen: boolean };
  expect(result).toMatchObject({ unexplained: [], isGreen: true });
  ({ configFile } = result);
  directory = await mkdtemp(join(tmpdir(), 'green-'));
  await inContext({ config: configFile, json: true }, 'none', async (context) => {
    database = openDatabase(context.settings.database.url ?? '', { max: 4 });
  });
  const { rows } = await database.pool.query<{ code: string }>('select workspace_id_code as code from load.workspace');
  idCode = rows[0]?.code ?? '';
}, 300_000);
afterAll(async () => {
  await database?.close();
  await rehearsal.run('rehearse', '--stop');
  await rehearsal.remove();
  await rm(directory, { recursive: true, force: true });
});

/** Runs one command in this process; gives its JSON and its exit code. */
async function run(command: Command, ...words: string[]): Promise<{ json: Record<string, unknown>; code: number }> {
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await command.parseAsync([...words, '--config', configFile, '--json'], { from: 'user' });
    return { json: JSON.parse(written.join('')) as Record<string, unknown>, code: Number(process.exitCode) };
  } finally {
    process.exitCode = before;
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

const phases = async () =>
  (await database.pool.query<{ phase: string }>('select phase from reconcile.phase order by position')).rows.map(
    (row) => row.phase,
  );

/** Everything that says whether the warehouse is green, asked one after the other. */
async function ask(): Promise<{ unexplained: readonly Unexplained[]; words: Record<string, unknown> }> {
  const reconciled = await run(reconcileCommand());
  const unexplained = reconciled.json.unexplained as Unexplained[];
  const reported = await run(reportCommand(), '--out', join(directory, 'report'));
  const report = JSON.parse(await readFile(join(directory, 'report', 'report.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const page = await readFile(join(directory, 'report', 'report.html'), 'utf8');
  const status = await run(statusCommand());
  const workspaces = status.json.workspaces as { unexplained: unknown }[];
  const gates = await database.pool.query<{ phase: string }>(
    'select phase from reconcile.gate where workspace_id_code = $1 and not is_open',
    [idCode],
  );
  const names = await phases();
  const redPhases: string[] = [];
  const refusedBehind: string[] = [];
  for (const [place, phase] of names.entries()) {
    await writePhaseReport({ pool: database.pool, workspaceIdCode: idCode, phase, directory });
    if (!(await readFile(join(directory, `${phase}.html`), 'utf8')).includes('class="verdict green"'))
      redPhases.push(phase);
    const next = names[place + 1];
    const isRefused =
      next !== undefined &&
      (await passGate(database.pool, idCode, next).then(
        () => false,
        () => true,
      ));
    if (isRefused) refusedBehind.push(phase);
  }
  return {
    unexplained,
    words: {
      reconcile: reconciled.code,
      report: reported.code,
      reportSays: String(report.verdict).split(':')[0],
      reportIsGreen: page.includes('class="verdict green"'),
      reportRows: report.unexplained,
      statusRows: workspaces[0]?.unexplained,
      closedGates: gates.rows.map((row) => row.phase).sort(),
      redPhases: redPhases.sort(),
      refusedBehind,
    },
  };
}

/** What all must say when these are the findings. */
async function agreed(rows: readonly Unexplained[]): Promise<Record<string, unknown>> {
  const names = await phases();
  const of = (chosen: readonly Unexplained[]) =>
    [...new Set(chosen.map((row) => row.phase ?? ''))].filter((phase) => names.includes(phase)).sort();
  const closed = of(rows.filter((row) => row.closes_gate));
  const first = Math.min(...closed.map((phase) => names.indexOf(phase)), names.length);
  return {
    reconcile: rows.length === 0 ? 0 : 1,
    report: rows.length === 0 ? 0 : 1,
    reportSays: rows.length === 0 ? 'Green' : 'Not green',
    reportIsGreen: rows.length === 0,
    reportRows: rows,
    statusRows: rows,
    closedGates: closed,
    redPhases: of(rows),
    refusedBehind: names.slice(first, -1),
  };
}

const on = (statement: string, values: unknown[] = []) => database.pool.query(statement, values);

async function oneTicket(
  pool: pg.Pool,
): Promise<{ source_key: string; class: string; payload: Record<string, unknown> }> {
  const { rows } = await pool.query<{ source_key: string; class: string; payload: Record<string, unknown> }>(
    `select o.source_key, o.final_class as class, o.payload from raw.latest_object o
     join load.identity i on i.target_type = 'conversation_state' and i.target_key = o.source_key
     where o.final_class = 'UserRequest' and jsonb_array_length(o.payload -> 'public_log' -> 'entries') > 0
     order by o.source_key limit 1`,
  );
  return rows[0] ?? expect.fail('no loaded ticket with a log');
}

interface Damage {
  readonly name: string;
  readonly inflict: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
  readonly finds: readonly Partial<Unexplained>[];
}

/** The finding of one loaded thing that `load --changes` would bring up to date, `what` of it. */
const changed = (row: Partial<Unexplained>, what: string): Partial<Unexplained> => ({
  kind: 'changed',
  count: 1,
  reason: expect.stringMatching(new RegExp(`^loaded, and changed since \\(.*${what}.*\\)`)) as string,
  ...row,
});

/** Forgets what was last carried out for the first row of a relation of `intercom.*`. */
const forgetSent = (relation: string, type: string) =>
  on(
    `with chosen as (
       select i.workspace_id_code, i.target_type, i.target_key
       from load.identity i join intercom.${relation} o using (target_key) where i.target_type = $1 order by i.target_key limit 1
     ), loaded as (
       update load.identity i set payload_hash = '\\x00' from chosen c
       where (i.workspace_id_code, i.target_type, i.target_key) = (c.workspace_id_code, c.target_type, c.target_key)
     )
     update load.representation r set payload_hash = '\\x00' from chosen c
     where (r.workspace_id_code, r.target_type, r.target_key) = (c.workspace_id_code, c.target_type, c.target_key)`,
    [type],
  );

/** A check that failed, of an object or of one of its fields. */
const checkThatFailed = (field: string): Damage => ({
  name: `a failed check of ${field === '' ? 'an object' : 'one field of an object'}`,
  inflict: () =>
    on(
      `insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field, evidence, verdict)
       select workspace_id_code, run_id, 'companies', 'company', target_key, 'of a test', $1, 'list', 'failed'
       from load.identity where target_type = 'company' order by target_key limit 1`,
      [field],
    ),
  undo: () => on(`delete from reconcile.verdict where check_name = 'of a test'`),
  finds: [{ kind: 'check', phase: 'companies', class: 'Organization', count: 1, check_name: 'of a test' }],
});

/** Several at once, where none touches what another one damages: asking everybody takes ten seconds. */
const together = (...parts: readonly Damage[]): Damage => ({
  name: parts.map(({ name }) => name).join('; '),
  inflict: async () => {
    for (const { inflict } of parts) await inflict();
  },
  undo: async () => {
    for (const { undo } of parts) await undo();
  },
  finds: parts.flatMap(({ finds }) => finds),
});

const damages: readonly Damage[] = [
  {
    name: 'one new entry in the log of a loaded ticket, transformed and not loaded',
    async inflict() {
      const { source_key: key, class: name, payload } = await oneTicket(database.pool);
      const log = payload.public_log as { entries: Record<string, unknown>[] };
      const last = log.entries[0] ?? {};
      const entry = { ...last, date: '2026-02-01 10:00:00', message: 'One more', message_html: '<p>One more</p>' };
      const fields = { ...payload, public_log: { ...log, entries: [entry, ...log.entries] } };
      await landObjects(database.pool, { [key]: { class: name, fields } }, { observedAt: new Date() });
      await run(transformCommand());
    },
    undo: () => run(loadCommand(), '--changes'),
    finds: [
      { kind: 'pending', item_kind: 'log_entry', class: 'UserRequest', count: 1, phase: 'conversations' },
      changed({ class: 'UserRequest', phase: 'conversations' }, 'new messages'),
    ],
  },
  {
    name: 'a new title of a loaded ticket, transformed and not loaded',
    async inflict() {
      const { source_key: key, class: name, payload } = await oneTicket(database.pool);
      await landObjects(
        database.pool,
        { [key]: { class: name, fields: { ...payload, title: 'Another title' } } },
        { observedAt: new Date() },
      );
      await run(transformCommand());
    },
    undo: () => run(loadCommand(), '--changes'),
    finds: [changed({ class: 'UserRequest', phase: 'conversations' }, 'fields')],
  },
  {
    name: 'one loaded thing of each kind whose row differs from what was last carried out',
    async inflict() {
      for (const type of ['company', 'contact', 'collection', 'article']) await forgetSent(type, type);
      await forgetSent('conversation_part', 'part');
    },
    undo: () => run(loadCommand(), '--changes'),
    finds: [
      changed({ item_kind: 'company', class: 'Organization' }, 'fields'),
      changed({ item_kind: 'contact', class: 'Person' }, 'fields'),
      changed({ item_kind: 'collection', class: 'FAQCategory' }, 'fields'),
      changed({ item_kind: 'article', class: 'FAQ' }, 'fields'),
      changed({ item_kind: 'conversation', class: 'UserRequest', phase: 'conversations' }, 'texts of messages'),
    ],
  },
  together(
    {
      name: 'an object that could not be brought up to date',
      inflict: () =>
        on(`insert into load.outcome (workspace_id_code, target_type, target_key, run_id, state, reason_code, reason, next_step)
          select i.workspace_id_code, 'contact', i.target_key, i.run_id, 'failed', 'Rejected', 'refused', 'correct it'
          from load.identity i where i.target_type = 'contact' order by i.target_key limit 1`),
      undo: () => on('delete from load.outcome'),
      finds: [{ kind: 'failed', phase: 'contacts', class: 'Person', count: 1, check_name: 'Rejected' }],
    },
    {
      name: 'a call whose answer was lost',
      inflict: () =>
        on(`update load.journal set state = 'uncertain' where journal_id = (
          select max(journal_id) from load.journal where phase = 'conversations' and state = 'done')`),
      undo: () => on(`update load.journal set state = 'done' where state = 'uncertain'`),
      finds: [{ kind: 'uncertain', phase: 'conversations', count: 1 }],
    },
    checkThatFailed(''),
  ),
  together(
    checkThatFailed('name'),
    {
      name: 'iTop counts two objects more than have a disposition',
      inflict: () =>
        on(`insert into ops.source_count (run_id, class, object_count)
          select (select max(run_id) from ops.run), class, object_count + 2
          from ops.source_count where class = 'Person' order by asked_at desc limit 1
          on conflict (run_id, class) do update set object_count = excluded.object_count, asked_at = clock_timestamp()`),
      undo: () =>
        on(`update ops.source_count set object_count = object_count - 2 where class = 'Person' and asked_at = (
          select max(asked_at) from ops.source_count where class = 'Person')`),
      finds: [{ kind: 'count_differs', class: 'Person', count: 2, phase: null }],
    },
    {
      name: 'iTop counts objects of a class of which nothing was landed',
      inflict: () =>
        on(
          `insert into ops.source_count (run_id, class, object_count) select max(run_id), 'Submarine', 3 from ops.run`,
        ),
      undo: () => on(`delete from ops.source_count where class = 'Submarine'`),
      finds: [{ kind: 'count_differs', class: 'Submarine', count: 3, phase: null }],
    },
    {
      name: 'iTop was not asked for its count of a class',
      inflict: () => on(`update ops.source_count set class = 'kept' where class = 'Team'`),
      undo: () => on(`update ops.source_count set class = 'Team' where class = 'kept'`),
      finds: [
        { kind: 'not_counted', class: 'Team', phase: null },
        { kind: 'count_differs', class: 'kept', phase: null },
      ],
    },
  ),
];

it('an undamaged migration is green wherever one looks', { timeout: 300_000 }, async () => {
  const { unexplained, words } = await ask();
  expect(unexplained).toEqual([]);
  expect(words).toEqual(await agreed([]));
});

for (const { name, inflict, undo, finds } of damages) {
  it(`all say the same of: ${name}`, { timeout: 300_000 }, async () => {
    await inflict();
    try {
      const { unexplained, words } = await ask();
      expect(unexplained).toHaveLength(finds.length);
      expect(unexplained).toEqual(expect.arrayContaining(finds.map((row) => expect.objectContaining(row))));
      expect(words).toEqual(await agreed(unexplained));
      // The query beside each finding is what a person runs next.
      for (const row of unexplained) expect((await on(row.query)).rows.length, row.query).toBeGreaterThan(0);
    } finally {
      await undo();
    }
    expect((await run(statusCommand())).json.workspaces).toMatchObject([{ unexplained: [] }]);
  });
}

it('two addresses exchanged in iTop stay red under every acceptance but the one of these two, until a person exchanges them in Intercom', {
  timeout: 300_000,
}, async () => {
  const site = JSON.parse(await readFile(join(dirname(configFile), 'site.json'), 'utf8')) as RehearsalSite;
  const { rows } = await on(
    `select c.target_key, c.email, i.target_id, split_part(c.target_key, '::', 2)::integer as id
     from intercom.contact c join load.identity i on i.target_type = 'contact' and i.target_key = c.target_key
     where c.target_key ~ '^Contact::[0-9]+$' and i.origin = 'created'
       and (select count(*) from staging.person p where p.email_address = lower(c.email)) = 1
     order by c.target_key limit 2`,
  );
  const [one, other] = rows;
  const patch = (id: number, fields: object) => ({ action: 'patch', class: 'Person', id, fields });
  const itop = (...changes: object[]) => control(`${site.itopControlUrl}/objects`, changes);
  const refusal = async () =>
    run(deltaCommand()).then(
      ({ json }) => expect.fail(`not refused: ${JSON.stringify(json)}`),
      (error: RefusedError) => error,
    );

  await itop(patch(one.id, { email: other.email }), patch(other.id, { email: one.email }));
  const { nextStep, exitCode } = await refusal();
  expect(exitCode).toBe(2);
  for (const { target_key: key, target_id: id } of rows) expect(nextStep).toMatch(new RegExp(`${key}.*${id}`));
  const accepting = [...nextStep.matchAll(/itop-to-intercom reconcile (accept .*?) --by NAME/g)].map(([, words = '']) =>
    words.replaceAll('"', '').split(' '),
  );
  expect(accepting.map((words) => words.slice(-4)).sort()).toEqual(
    [one, other].map(({ target_key: key }) => ['--check', 'Conflict', '--target-key', key]),
  );
  const next = (await run(statusCommand())).json.next;
  expect(next).toMatch(/^itop-to-intercom console, work list "Failures": correct each, or accept it/);

  for (const words of accepting)
    expect((await run(reconcileCommand(), ...words, '--by', 'Ada', '--reason', 'until Monday')).code).toBe(0);
  expect((await run(statusCommand())).json.workspaces).toMatchObject([{ stuck: [], unexplained: [] }]);

  await itop(patch(one.id, { phone: '+33 1 98 76 54 32' }));
  expect((await refusal()).exitCode).toBe(2);
  expect((await run(statusCommand())).json.workspaces).toMatchObject([
    { unexplained: [{ kind: 'failed', count: 1, example: one.target_key, check_name: 'Conflict' }] },
  ]);

  await giveAddress(one.target_id, 'between@example.com');
  await giveAddress(other.target_id, one.email);
  await giveAddress(one.target_id, other.email);
  const { code, json } = await run(deltaCommand());
  expect({ code, unexplained: json.unexplained }).toEqual({ code: 0, unexplained: [] });
});

/** As a person does in Intercom. */
async function giveAddress(contactId: string, email: string): Promise<void> {
  await inContext({ config: configFile, json: true }, 'none', async ({ settings }) => {
    const { base_url: url, token } = settings.intercom ?? expect.fail('no Intercom');
    const response = await fetch(`${url}/contacts/${contactId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'intercom-version': '2.16' },
      body: JSON.stringify({ email }),
    });
    expect(response.status).toBe(200);
  });
}

it('a load that has nothing to do does not end well while something in its phases is not explained', {
  timeout: 300_000,
}, async () => {
  expect((await run(loadCommand())).code).toBe(0);
  await on(
    `insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, evidence, verdict)
     select workspace_id_code, run_id, 'conversations', 'part', target_key, 'of a test', 'list', 'unknown'
     from load.identity where target_type = 'part' limit 1`,
  );
  const { code, json } = await run(loadCommand());
  expect({ code, unexplained: json.unexplained }).toMatchObject({ code: 1, unexplained: [{ kind: 'check' }] });
});
