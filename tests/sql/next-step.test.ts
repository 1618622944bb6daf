import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSettings } from '../../platform/settings.ts';
import { hashOf } from '../../transform/mapping/read-mapping.ts';
import { nextStepOf } from '../../workflow/next-step.ts';
import { readProgress } from '../../workflow/progress.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/*
 * The next step by what the warehouse recorded, from an empty one to the signed report: what each command leaves is written here, and
 * the step must be the one that docs/cutover.md has next.
 */
let database: TestDatabase;
let directory: string;
beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'next-step-'));
});
afterEach(async () => {
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

const execute = (sql: string): Promise<unknown> => database.pool.query(sql);

/** A run that ended now. */
const ran = (command: string, outcome: object = {}): Promise<unknown> =>
  database.pool.query(
    `insert into ops.run (command, workspace_id_code, fingerprint, fingerprint_detail, state, started_at, ended_at, outcome)
     values ($1, case when $1 not like 'extract%' then 'w1' end, 'f', '{}', 'done', clock_timestamp(), clock_timestamp(), $2)`,
    [command, JSON.stringify(outcome)],
  );
const confirmed = (subject: string): Promise<unknown> =>
  execute(`insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
           values ('w1', '${subject}', ops.mapping_fingerprint(), 'Ada')`);
const transformed = (): Promise<unknown> =>
  execute(`insert into ops.materialised (relation, fingerprint, refreshed_at) values ('intercom.conversation', 'h', clock_timestamp())
           on conflict (relation) do update set refreshed_at = clock_timestamp()`);

const landed = (): Promise<unknown> =>
  execute(`insert into raw.head (source_key, root_class, final_class, version_id, payload_hash, op, seen_at, last_record_hash, last_version_id)
           values ('Ticket::1', 'Ticket', 'UserRequest', 1, '', 'upsert', clock_timestamp(), '', 1)`);
/** Confirms the mapping, once more too. */
const mapped = async (): Promise<void> => {
  await execute(`delete from ops.confirmation where subject = 'mapping'`);
  await confirmed('mapping');
  await database.pool.query(
    `insert into ops.mapping_confirmation (workspace_id_code, confirmed_by, file_hash, fingerprint, document, effect)
     values ('w1', 'Ada', $1, ops.mapping_fingerprint(), '', '{}')`,
    [hashOf('version: 1\n')],
  );
};

it('knows a workspace by what was confirmed for it, before any audit read it; without one, says so', async () => {
  const file = join(directory, 'mapping.yaml');
  const settings = { ...loadSettings({ environment: { INTERCOM_TOKEN: 't' } }), mapping: { file } };
  const { intercom: _, ...withoutIntercom } = settings;
  await landed();
  expect(await nextStepOf(database.pool, withoutIntercom)).toBe('itop-to-intercom map propose');
  writeFileSync(file, 'version: 1\n');
  expect(await nextStepOf(database.pool, withoutIntercom)).toBe('configure Intercom, then: itop-to-intercom map check');
  expect(await nextStepOf(database.pool, settings)).toBe('itop-to-intercom map check');
  await mapped();
  expect(await nextStepOf(database.pool, settings)).toBe('itop-to-intercom transform');
  // Neither a file that may not be read, nor a directory, is one that changed.
  expect(await nextStepOf(database.pool, { ...settings, mapping: { file: directory } })).toMatch(
    /^make .*next-step-.* readable \(EISDIR.*\), then: itop-to-intercom status$/,
  );
  await transformed();
  expect(await nextStepOf(database.pool, settings)).toBe('itop-to-intercom audit');
});

it('follows what was done, from the first extraction to the report', async () => {
  const file = join(directory, 'mapping.yaml');
  const settings = { ...loadSettings({ environment: { INTERCOM_TOKEN: 't' } }), mapping: { file } };
  const next = (): Promise<string> => nextStepOf(database.pool, settings);
  const steps: string[] = [await next()];
  const after = async (...done: readonly (() => Promise<unknown>)[]): Promise<void> => {
    for (const each of done) await each();
    steps.push(await next());
  };
  await after(
    () => ran('extract'),
    landed,
    () =>
      execute(
        `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', 'W', 'u', '1')`,
      ),
  );
  await after(async () => writeFileSync(file, 'version: 1\n'));
  await after(mapped);
  await after(transformed);
  await after(() => confirmed('audit'));
  await after(() => confirmed('setup'));
  await after(() => confirmed('silence'));
  await after(() =>
    execute(
      `insert into ops.sample_acceptance (accepted_by, fingerprint, looked_at) values ('Ada', ops.mapping_fingerprint(), '{}')`,
    ),
  );
  await after(() => ran('load', { isStopped: false, isPartial: true }));
  await after(() => ran('load', { isStopped: true }));
  await after(() => ran('load', { isStopped: false }));
  await after(() => ran('reconcile', { unexplained: [{ phase: null }] }));
  await after(() => ran('reconcile', { unexplained: [{ phase: 'freeze' }] }));
  await after(mapped);
  await after(transformed);
  await after(
    () => ran('load'),
    () => ran('reconcile'),
  );
  await after(() => ran('freeze', { isFrozen: false }));
  await after(
    () => ran('extract'),
    transformed,
    () => ran('load'),
    () => ran('reconcile'),
    () => ran('freeze', { isFrozen: true }),
  );
  await after(
    () => ran('read back', { level: 'counts' }),
    () => ran('reconcile'),
  );
  await after(
    () => ran('read back', { level: 'full' }),
    () => ran('reconcile'),
  );
  await after(() => ran('rollback'));
  expect(steps).toEqual([
    'itop-to-intercom extract',
    'itop-to-intercom map propose',
    'itop-to-intercom map check',
    'itop-to-intercom transform',
    'itop-to-intercom audit',
    'itop-to-intercom audit sheet',
    'itop-to-intercom canary send --address <a mailbox you own>',
    'itop-to-intercom sample, then load',
    'itop-to-intercom load',
    'itop-to-intercom load',
    'itop-to-intercom load',
    'itop-to-intercom reconcile',
    'itop-to-intercom console, work list "What is not accounted for": mend each, or accept it; then: itop-to-intercom reconcile',
    'itop-to-intercom delta, until the switch; then as docs/cutover.md says',
    'itop-to-intercom transform',
    'itop-to-intercom load --changes',
    'itop-to-intercom delta, until the switch; then as docs/cutover.md says',
    'itop-to-intercom delta --full-read, then freeze again',
    'itop-to-intercom reconcile --level full',
    'itop-to-intercom reconcile --level full',
    'itop-to-intercom report, then as docs/cutover.md says',
    'itop-to-intercom load',
  ]);
});

it('calls what a rehearsal goes on without waived, until somebody does it', async () => {
  const settings = { ...loadSettings({ environment: {} }), mapping: { file: join(directory, 'mapping.yaml') } };
  const states = async (): Promise<string[]> => {
    const { steps } = await readProgress(database.pool, settings);
    return steps.map(({ name, state, by }) => `${name} ${state}${by === null ? '' : ` by ${by}`}`).slice(3, 7);
  };
  await landed();
  await mapped();
  await transformed();
  await confirmed('audit');
  await execute(`insert into ops.confirmation (workspace_id_code, subject, fingerprint, confirmed_by)
                 values ('w1', 'setup', 'rehearsal', 'rehearse'), ('w1', 'silence', 'f', 'rehearse')`);
  const accepted = (by: string, reason: string | null): Promise<unknown> =>
    database.pool.query(
      `insert into ops.sample_acceptance (accepted_by, fingerprint, looked_at, waiver_reason)
       values ($1, ops.mapping_fingerprint(), case when $2::text is null then '{Ticket::1}'::text[] else '{}' end, $2)`,
      [by, reason],
    );
  await accepted('rehearse', 'nobody looks');
  expect(await states()).toEqual([
    'audit done by Ada',
    'setup waived by rehearse',
    'silence done by rehearse',
    'sample waived by rehearse',
  ]);
  await accepted('Bea', null);
  expect((await states())[3]).toBe('sample done by Bea');
});
