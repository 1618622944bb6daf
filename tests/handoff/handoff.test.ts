import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import papaparse from 'papaparse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBlobStore } from '../../platform/blob-store.ts';
import { toCsv } from '../../platform/csv.ts';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { writeHandoff } from '../../transform/handoff/write-handoff.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

let database: TestDatabase;
function scopedFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'handoff-settings-')), 'itop-to-intercom.yaml');
  writeFileSync(file, 'scope: { since: 2020-01-01 }\n');
  return file;
}
const directory = mkdtempSync(join(tmpdir(), 'handoff-'));
const settings = loadSettings({
  file: scopedFile(),
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
});

beforeAll(async () => {
  database = await createTestDatabase();
  await landObjects(database.pool, {
    'Organization::1': {
      class: 'Organization',
      fields: { name: 'Nordlicht', code: 'NL', status: 'active', parent_id: '0' },
    },
    'Contact::5': {
      class: 'Person',
      fields: {
        name: 'Berger',
        first_name: 'Ada',
        friendlyname: 'Ada Berger',
        status: 'active',
        org_id: '1',
        email: 'ada@itsm.example',
      },
    },
    'User::2': { class: 'UserLocal', fields: { login: 'ada.a0', contactid: '5', status: 'enabled' } },
    'URP_UserProfile::1': {
      class: 'URP_UserProfile',
      fields: { userid: '2', profileid: '4', profile: 'Service Desk Agent' },
    },
    'SLA::4': { class: 'SLA', fields: { name: 'Bronze | 24x7', organization_name: 'IT' } },
    'SLT::35': {
      class: 'SLT',
      fields: { name: 'tto P1', priority: '1', request_type: 'incident', metric: 'tto', value: '4', unit: 'hours' },
    },
    'lnkSLAToSLT::1': { class: 'lnkSLAToSLT', fields: { sla_id: '4', slt_id: '35' } },
    'Ticket::461': {
      class: 'NormalChange',
      fields: {
        ref: 'C-000461',
        title: '=HYPERLINK("http://evil.example")',
        description: '<p>Plan <b>one</b></p>',
        status: 'approved',
        approval_date: '2024-01-10 13:00:00',
        private_log: {
          entries: [
            { date: '2024-01-10 12:00:00', user_login: 'Ada', user_id: '2', message: 'CAB', message_html: 'CAB' },
          ],
        },
      },
    },
    'Ticket::90': {
      class: 'UserRequest',
      fields: {
        ref: 'R-90',
        status: 'waiting_for_approval',
        approver_id: '5',
        approver_id_friendlyname: 'Ada Berger',
        approver_email: 'ada@itsm.example',
        start_date: '2024-01-10 10:00:00',
        vendor_log: {
          entries: [
            { date: '2024-01-11 09:00:00', user_login: 'Ada', message: 'To the vendor', message_html: 'To the vendor' },
            { date: '2024-01-11 10:00:00', user_login: 'Ada', message: '', message_html: '<p><img src="x.png"></p>' },
          ],
        },
        survey: { user_data: { laptop: 'yes', colours: ['red', 'blue'] }, template_id: '3' },
        empty_log: { entries: [] },
        told_elsewhere: 'in the record note',
        left_out: 'by decision',
      },
    },
    'Ticket::7': {
      class: 'UserRequest',
      fields: {
        ref: 'R-7',
        title: 'Old <script>alert(1)</script>',
        status: 'closed',
        start_date: '2019-12-31 10:00:00',
        description: '<p>It <b>beeps</b></p>',
        vendor_log: { entries: [{ date: '2019-12-31 11:00:00', user_login: 'Ada', message: 'archived' }] },
        private_log: {
          entries: [
            { date: '2019-12-31 11:00:00', user_login: 'Ada', user_id: '2', message: 'ours', message_html: 'ours' },
          ],
        },
      },
    },
    'FunctionalCI::32': { class: 'Server', fields: { name: 'srv-a-00', status: 'production' } },
    'FAQ::1': {
      class: 'FAQ',
      fields: {
        title: 'Mail',
        summary: '',
        category_id: '0',
        description: `<p>${'word '.repeat(501)}</p>`,
        key_words: 'mail',
        domains: 'network software',
      },
    },
    'FAQ::2': {
      class: 'FAQ',
      fields: { title: 'Short', summary: '', category_id: '0', description: '<p>two <i>words</i> -</p>' },
    },
    'Trigger::6': {
      class: 'TriggerOnObjectCreate',
      fields: { description: 'new incident', target_class: 'Incident', filter: '' },
    },
  });
  await database.pool.query(
    `insert into ops.mapping_attribute (class, attribute, home, label, position, rule, reason) values
       ('UserRequest', 'vendor_log', 'handoff', null, 0, 'F3', 'a log of the site'),
       ('UserRequest', 'empty_log', 'handoff', null, 0, 'F3', 'a log of the site'),
       ('UserRequest', 'told_elsewhere', 'record_note', 'Told', 90, 'T6', 'x'),
       ('UserRequest', 'left_out', 'dropped', null, 0, 'K1', 'x')`,
  );
  await runTransform(database.pool, settings, openProgress('silent'));
  const blobs = await openBlobStore(join(directory, 'store'));
  const stored = await blobs.put(
    (async function* () {
      yield Buffer.from('%PDF');
    })(),
  );
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, file_name, media_type) values
       ('Document::3', 'file', $1, 4, '../../etc/passwd.pdf', 'application/pdf'), ('Document::4', 'file', null, null, 'gone.pdf', 'application/pdf')`,
    [stored.hash],
  );
  const model = join(directory, 'model.xml');
  writeFileSync(
    model,
    `<itop_design><classes><class id="WorkOrder"><lifecycle><states><state id="open"><transitions>
     <transition id="ev_close"><target>closed</target></transition></transitions></state></states></lifecycle></class></classes></itop_design>`,
  );
  await writeHandoff(database.pool, { directory, itopUrl: 'http://itop.example/', dataModel: model, blobs });
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

const text = (file: string): string => readFileSync(join(directory, file), 'utf8');
const rows = (file: string): Record<string, string>[] =>
  papaparse.parse<Record<string, string>>(text(file).replace(/^\ufeff/, ''), { header: true, skipEmptyLines: true })
    .data;

it('makes cells harmless that a spreadsheet would run', () => {
  expect(rows('objects/NormalChange.csv')[0]).toMatchObject({ title: `'=HYPERLINK("http://evil.example")` });
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    expect(papaparse.parse<string[]>(toCsv(['a'], [{ a: `${start}1` }], false)).data[0]).toEqual([`'${start}1`]);
  }
});

it('tells logs entry by entry, HTML as text and the approval of changes', () => {
  expect(rows('objects/NormalChange.csv')[0]).toMatchObject({
    itop_key: 'Ticket::461',
    approval: 'approved',
    description: 'Plan one',
    private_log: '2024-01-10 12:00:00 Ada: CAB',
  });
});

it('writes what objects that move hold beside what is loaded, with its object', () => {
  const requests = rows('attributes/UserRequest.csv');
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    itop_key: 'Ticket::90',
    object: 'R-90',
    vendor_log: '2024-01-11 09:00:00 Ada: To the vendor\n\n2024-01-11 10:00:00 Ada: [picture]',
    // Nobody decided about it: it must not be lost.
    survey: 'Colours: red, blue\nLaptop: yes',
  });
  for (const elsewhere of ['empty_log', 'told_elsewhere', 'left_out', 'private_log', 'status'])
    expect(Object.keys(requests[0] ?? {})).not.toContain(elsewhere);
  expect(rows('attributes/FAQ.csv')[0]).toMatchObject({ itop_key: 'FAQ::1', domains: 'network software' });
  expect(statSync(join(directory, 'attributes/UserRequest.csv')).mode & 0o077).toBe(0);
});

it('keeps what the scope leaves out, as iTop held it', () => {
  const lines = text('archive/tickets.jsonl').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      source_key: 'Ticket::7',
      ref: 'R-7',
      excluded_reason: 'out of scope: opened before 2020-01-01',
      field: { description: '<p>It <b>beeps</b></p>' },
    },
  ]);
  const page = text('archive/tickets-0001.html');
  expect(page).toContain('<h2>R-7: Old &lt;script&gt;alert(1)&lt;/script&gt;</h2>');
  expect(page).toContain('<pre>It beeps</pre>');
  expect(page).toContain('<pre class="private">2019-12-31 11:00:00 Ada: ours</pre>');
  expect(page).not.toContain('R-90');
  expect(text('index.html')).toContain('archive/tickets.jsonl');
});

it('flags articles by their visible words', () => {
  const review = new Map(rows('knowledge/articles-to-review.csv').map((row) => [row.itop_key, row]));
  expect(review.get('FAQ::1')).toMatchObject({
    domains: 'network software',
    word_count: '501',
    review: expect.stringContaining('over 500'),
  });
  expect(review.get('FAQ::2')).toMatchObject({ word_count: '2', review: expect.stringContaining('under 100') });
});

it('describes service levels for people and for programs', () => {
  expect(JSON.parse(text('service-levels/slas.json'))).toMatchObject({
    slas: [{ name: 'Bronze | 24x7', targets: [{ metric: 'tto', priority: 'critical', minutes: 240 }] }],
  });
  expect(text('service-levels/guide.md')).toContain('| incident | critical | 4 hours | - |');
});

it('recommends seats, lists workflows and lifecycles', () => {
  expect(rows('set-up/roles.csv')).toMatchObject([
    { login: 'ada.a0', recommendation: 'full seat, role for support agents' },
  ]);
  expect(rows('set-up/teammates.csv')).toMatchObject([{ name: 'Ada Berger', email: 'ada@itsm.example' }]);
  expect(rows('workflows/triggers-and-actions.csv')).toMatchObject([
    { trigger_name: 'new incident', class: 'Incident' },
  ]);
  expect(rows('workflows/approvals.csv')).toMatchObject([
    { class: 'NormalChange', approver: '(no supervisor)', approved: '1', waiting: '0' },
    { class: 'UserRequest', approver: 'Ada Berger', approved: '0', waiting: '1', last_start: '2024-01-10 10:00:00' },
  ]);
  expect(rows('workflows/lifecycles.csv')).toEqual([
    { class: 'WorkOrder', state: 'open', stimulus: 'ev_close', target: 'closed' },
  ]);
});

it('copies files beside their list, under names that stay in their directory', () => {
  const [present, gone] = rows('files/index.csv');
  expect(present).toMatchObject({ itop_key: 'Document::3', file: 'Document_3-__.._etc_passwd.pdf' });
  expect(text(`files/${present?.file}`)).toBe('%PDF');
  expect(gone).toMatchObject({ file: '', finding: 'bytes not in the blob store' });
});

it('leads to every file from one page', () => {
  const links = [...text('index.html').matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(links).toContain('objects/Server.csv');
  for (const link of links) expect(text(link).length).toBeGreaterThan(0);
});

it('sends old links to Intercom once something is loaded', async () => {
  await database.pool.query(
    `insert into load.workspace (workspace_id_code, name, region, base_url, token_admin_id) values ('abc', 'W', 'eu', 'http://x', '1')`,
  );
  await database.pool.query(
    `insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('test', '', '{}', 'done')`,
  );
  await database.pool.query(`insert into load.identity (workspace_id_code, target_type, target_key, target_id, origin, run_id)
    select 'abc', 'article', 'FAQ::2', '77', 'created', min(run_id) from ops.run`);
  // As for a ticket whose intercom_ref names its conversation.
  await database.pool.query(
    `update intermediate.ticket_scope set existing_conversation_id = '215', excluded_reason = 'is there' where ticket_key = 'Ticket::90'`,
  );
  await writeHandoff(database.pool, { directory, itopUrl: 'http://itop.example/' });
  const url = 'https://app.eu.intercom.com/a/apps/abc/articles/articles/77/show';
  expect(rows('crosswalk/crosswalk.csv')).toMatchObject([
    {
      itop_url: 'http://itop.example/pages/UI.php?operation=details&class=FAQ&id=2',
      intercom_id: '77',
      intercom_url: url,
    },
    {
      itop_url: 'http://itop.example/pages/UI.php?operation=details&class=UserRequest&id=90',
      intercom_id: '215',
      intercom_url: 'https://app.eu.intercom.com/a/inbox/abc/inbox/conversation/215',
    },
  ]);
  expect(text('crosswalk/nginx-redirects.conf')).toContain(`"FAQ:2" "${url}";`);
  expect(text('crosswalk/apache-redirects.txt')).toContain(`FAQ:2 ${url}`);
});
