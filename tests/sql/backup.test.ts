import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { restoreBackup } from '../../platform/backup/restore-backup.ts';
import { writeBackup } from '../../platform/backup/write-backup.ts';
import { openProgress } from '../../platform/progress.ts';
import { openRun } from '../../platform/run-record.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: 'tests/cases/settings.yaml',
});
let source: TestDatabase;
let target: TestDatabase;
let parent: string;
let directory: string;

beforeEach(async () => {
  [source, target] = [await createTestDatabase(), await createTestDatabase()];
  parent = await mkdtemp(join(tmpdir(), 'backup-'));
  directory = join(parent, 'b');
  await landObjects(source.pool, {
    'Organization::1': {
      class: 'Organization',
      fields: { name: 'Tab\there, "quoted", \\n', code: 'C1', status: 'active', parent_id: '0' },
    },
  });
  await runTransform(source.pool, settings, openProgress('silent'));
  await source.pool.query(`
    insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', 'W', 'http://x', '1');
    insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', 'f', '{}', 'done');
    insert into ops.process (run_id, attempt, host, pid, ended_at) select max(run_id), 1, 'h', 1, now() from ops.run;
    insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method, path, payload, before_image)
      select 'w1', (select max(run_id) from ops.run), (select max(process_id) from ops.process), 'companies', 'createOrUpdateCompany', 'company', 'Organization::' || n, 'Organization::' || n,
             'POST', '/companies', jsonb_build_object('name', e'line\\nbreak \\\\ and "quotes"', 'n', n), null
      from generate_series(1, 1000) as n;
    insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id, payload_hash)
      select 'w1', 'company', 'Organization::' || n, 'id' || n, 'created', (select max(run_id) from ops.run), sha256(n::text::bytea) from generate_series(1, 1000) as n;
    insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, evidence, verdict)
      select 'w1', (select max(run_id) from ops.run), 'companies', 'company', 'Organization::' || n, 'fields', 'response', 'passed' from generate_series(1, 1000) as n`);
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
  await source.drop();
  await target.drop();
});

const tables = [
  'load.journal',
  'load.identity',
  'load.workspace',
  'reconcile.verdict',
  'ops.run',
  'ops.mapping_attribute',
  'ops.itop_class',
];
async function contentOf(database: TestDatabase, names: readonly string[]): Promise<unknown> {
  const content: Record<string, unknown> = {};
  for (const name of names) {
    const { rows } = await database.pool.query(
      `select count(*)::integer as rows, md5(string_agg(to_jsonb(t)::text, ',' order by to_jsonb(t)::text)) as hash from ${name} t`,
    );
    content[name] = rows[0];
  }
  return content;
}

it('what was backed up is restored, row by row, and numbering goes on after it', async () => {
  const manifest = await writeBackup({ pool: source.pool, directory, withRaw: false });
  expect(manifest.tables.map((table) => table.name)).not.toContain('raw.object');
  await restoreBackup({ pool: target.pool, directory, isReplacing: false });
  expect(await contentOf(target, tables)).toEqual(await contentOf(source, tables));
  const run = await openRun(target.pool, { command: 'load', workspaceIdCode: 'w1', fingerprint: {} });
  const last = await source.pool.query<{ run_id: string }>('select max(run_id) as run_id from ops.run');
  expect(Number(run.runId)).toBe(Number(last.rows[0]?.run_id) + 1);
  await run.leave();
});

it('with the raw versions the whole warehouse is built again', async () => {
  await writeBackup({ pool: source.pool, directory, withRaw: true });
  await restoreBackup({ pool: target.pool, directory, isReplacing: false });
  await runTransform(target.pool, settings, openProgress('silent'));
  const all = [...tables, 'raw.object', 'raw.head', 'intercom.company'];
  expect(await contentOf(target, all)).toEqual(await contentOf(source, all));
});

it('a database that holds work is replaced only when asked for, and one that is worked on never', async () => {
  await writeBackup({ pool: source.pool, directory, withRaw: false });
  await source.pool.query(`delete from reconcile.verdict where target_key = 'Organization::7'`);
  await expect(restoreBackup({ pool: source.pool, directory, isReplacing: false })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('runs, identities, calls, extracted objects'),
  });
  const run = await openRun(source.pool, { command: 'extract', fingerprint: {} });
  await expect(restoreBackup({ pool: source.pool, directory, isReplacing: true })).rejects.toThrow(
    'is working on this database',
  );
  await run.leave();
  await restoreBackup({ pool: source.pool, directory, isReplacing: true });
  const { rows } = await source.pool.query('select count(*)::integer as count from reconcile.verdict');
  expect(rows).toEqual([{ count: 1000 }]);
});

it('a backup that was changed, cut off, or written over is refused, and nothing changes', async () => {
  await writeBackup({ pool: source.pool, directory, withRaw: false });
  await expect(writeBackup({ pool: source.pool, directory, withRaw: false })).rejects.toThrow('is not empty');
  await appendFile(join(directory, 'load.identity.copy.gz'), 'x');
  await expect(restoreBackup({ pool: target.pool, directory, isReplacing: false })).rejects.toThrow(
    'load.identity.copy.gz was changed',
  );
  await rm(join(directory, 'manifest.json'));
  await expect(restoreBackup({ pool: target.pool, directory, isReplacing: false })).rejects.toThrow(
    'not the manifest of a backup',
  );
  const { rows } = await target.pool.query('select count(*)::integer as count from load.identity');
  expect(rows).toEqual([{ count: 0 }]);
});
