import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDecisions, writeDecisions } from '../../audit/decisions/decisions.ts';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

const workspaceIdCode = 'w1';
const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: 'tests/cases/settings.yaml',
});

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'decisions-'));
  const person = (name: string, email: string) => ({
    class: 'Person',
    fields: { name, first_name: '', friendlyname: name, email, org_id: '1', status: 'active' },
  });
  await landObjects(database.pool, {
    'Organization::1': { class: 'Organization', fields: { name: 'One', code: 'C1', status: 'active', parent_id: '0' } },
    'Contact::1': person('=1+1', 'shared@one.example'),
    'Contact::2': person('Bea', 'shared@one.example'),
    'Contact::3': person('Cem', 'cem@one.example'),
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  await database.pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', 'W', 'http://x', '1')`,
  );
  await database.pool.query(
    `insert into ops.existing_in_target (workspace_id_code, model, target_key, name, target_id)
     values ('w1', 'company', 'Organization::1', 'C1', 'abc')`,
  );
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  await database.drop();
});

const path = (name: string) => join(directory, name);
const write = () => writeDecisions(database.pool, workspaceIdCode, directory);
const readBack = (name: string) =>
  readDecisions(database.pool, { workspaceIdCode, path: path(name), decidedBy: 'Ann' });
async function edit(name: string, from: string, to: string): Promise<void> {
  const text = await readFile(path(name), 'utf8');
  expect(text).toContain(from);
  await writeFile(path(name), text.replace(from, to));
}
const survivor = async () =>
  (await database.pool.query(`select distinct survivor_key from intermediate.contact_merge where merged_count > 1`))
    .rows;

it('what is decided in the files shapes what is loaded, and stands in the next files', async () => {
  expect((await write()).map((file) => [file.rows, file.open])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(await survivor()).toEqual([{ survivor_key: 'Contact::1' }]);
  await edit('survivors.csv', 'Contact::1,,', 'Contact::1,Contact::2,she answers');
  await edit('company-ids.csv', 'abc,,', 'abc,own,another firm');
  expect(await readBack('survivors.csv')).toEqual({ kind: 'survivor', changed: 1, open: 0 });
  expect(await readBack('company-ids.csv')).toEqual({ kind: 'company_id', changed: 1, open: 0 });
  await runTransform(database.pool, settings, openProgress('silent'));
  expect(await survivor()).toEqual([{ survivor_key: 'Contact::2' }]);
  const contacts = await database.pool.query(
    `select target_key from intercom.contact where email = 'shared@one.example'`,
  );
  const companies = await database.pool.query('select company_id from intercom.company');
  expect(contacts.rows.map((row: { target_key: string }) => row.target_key)).not.toContain('Contact::1');
  expect(companies.rows).toEqual([{ company_id: 'itop-organization-1' }]);
  expect((await write()).map((file) => file.open)).toEqual([0, 0]);
  expect(await readFile(path('survivors.csv'), 'utf8')).toContain('Contact::2,she answers');
  expect(await readBack('survivors.csv')).toEqual({ kind: 'survivor', changed: 0, open: 0 });
});

it('text of the data is no formula in a spreadsheet', async () => {
  await landObjects(database.pool, {
    'Organization::1': {
      class: 'Organization',
      fields: { name: '=HYPERLINK("x")', code: 'C1', status: 'active', parent_id: '0' },
    },
  });
  await runTransform(database.pool, settings, openProgress('silent'));
  await write();
  expect(await readFile(path('company-ids.csv'), 'utf8')).toContain(`'=HYPERLINK`);
});

it('a wrong column is refused with line, reason and next step, and nothing is taken over', async () => {
  await write();
  await edit('survivors.csv', ',reason', ',why');
  await expect(readBack('survivors.csv')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/line 1: the column "why" is unknown; the column "reason" is missing/),
    nextStep: expect.stringContaining('survivor_key, reason'),
  });
});

it('every wrong answer is named with its line, and the right ones wait with them', async () => {
  await write();
  const header = (await readFile(path('survivors.csv'), 'utf8')).split('\n')[0];
  const lines = [
    'shared@one.example,x,Contact::1,Contact::3,',
    'nobody@one.example,x,Contact::1,Contact::1,',
    'shared@one.example,x,Contact::1,Contact::2,',
  ];
  await writeFile(path('survivors.csv'), `\uFEFF${header}\n${lines.join('\n')}\n`);
  await expect(readBack('survivors.csv')).rejects.toMatchObject({
    message: expect.stringMatching(
      /line 2: "Contact::3" does not have the address[\s\S]*line 3: no decision is asked[\s\S]*line 4: .* stands in line 2/,
    ),
  });
  expect((await database.pool.query('select * from ops.decision')).rows).toEqual([]);
  await edit('company-ids.csv', 'abc,,', 'abc,maybe,');
  await expect(readBack('company-ids.csv')).rejects.toThrow('"maybe" is neither "link" nor "own"');
});

it('a file of something else, and one with a torn line, are refused', async () => {
  await writeFile(path('other.csv'), 'a,b\n1,2\n');
  await expect(readBack('other.csv')).rejects.toThrow('line 1: none of the files');
  await write();
  await edit('company-ids.csv', 'abc,,', 'abc');
  await expect(readBack('company-ids.csv')).rejects.toThrow(/line 2: it has 4 cells, not 6/);
  await expect(readBack('missing.csv')).rejects.toThrow('cannot be read');
});
