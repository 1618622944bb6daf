import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import type { Standing } from '../../console/console-context.ts';
import { workLists } from '../../console/lists/work-lists.ts';
import { table } from '../../console/page.ts';
import { type RunningConsole, startConsole } from '../../console/server.ts';
import { openBlobStore } from '../../platform/blob-store.ts';
import { openDatabase } from '../../platform/database.ts';
import { requireMigrated } from '../../platform/migrate.ts';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { requireConfirmedMapping } from '../../transform/mapping/require-confirmed.ts';
import { runPropose } from '../../transform/mapping/run-propose.ts';
import { fileSize } from '../../transform/preview/file-size.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { browserNote, hasBrowser, openBrowser, overflowOf } from '../support/browser.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests/cases/settings.yaml'),
});
const readCase = (path: string): Record<string, GivenObject> =>
  JSON.parse(readFileSync(join(projectRoot, 'tests/cases', path), 'utf8')) as Record<string, GivenObject>;

const hostile = `<script>window.pwned = 1</script><img src=x onerror="window.pwned = 2"><a href="javascript:window.pwned=3">x</a></article></main><plaintext>`;
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>window.pwned = 4</script></svg>');

/** A ticket, its caller and an organization whose every text is an attack, beside the ordinary world of the cases. */
function given(): Record<string, GivenObject> {
  const model = readCase('k1-attributes-by-mapping/given.json')['Ticket::100'];
  const world = readCase('world.json');
  const acme = { ...world['Organization::1']?.fields, overview: 'long '.repeat(100) };
  const entry = {
    date: '2024-01-11 09:00:00',
    user_login: hostile,
    user_id: 0,
    message: hostile,
    message_html: `<p>words</p>${hostile}`,
  };
  return {
    ...world,
    'Organization::1': { class: 'Organization', fields: acme },
    'Ticket::100': {
      class: 'UserRequest',
      fields: {
        ...model?.fields,
        title: hostile,
        description: `<p>Hello</p>${hostile}`,
        public_log: { entries: [entry] },
        private_log: { entries: [entry] },
      },
    },
    'Attachment::7': {
      class: 'Attachment',
      fields: {
        item_class: 'UserRequest',
        item_id: '100',
        creation_date: '2024-01-11 09:00:00',
        contents: { filename: hostile, mimetype: 'image/svg+xml' },
      },
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), 'console-'));
  await landObjects(database.pool, given());
  const blobs = await openBlobStore(directory);
  const put = (bytes: Buffer) =>
    blobs.put(
      (async function* () {
        yield bytes;
      })(),
    );
  const { hash, size } = await put(svg);
  const picture = await put(png);
  await database.pool.query(
    `insert into raw.blob_source (source_key, attribute, blob_hash, byte_size, stated_size, file_name, media_type)
     values ('Attachment::7', 'contents', $1, $2, $2, $3, 'image/svg+xml'),
       ('Contact::10', 'picture', $4, $5, $5, 'ada.png', 'image/png'), ('Organization::1', 'logo', $4, $5, $5, 'acme.png', 'image/png')`,
    [hash, size, hostile, picture.hash, picture.size],
  );
  await runTransform(database.pool, settings, openProgress('silent'));
  await database.pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w1', $1, 'http://intercom.example', '1');`,
    [hostile],
  );
  await database.pool.query(
    `insert into ops.sample (target_key, target_type, source_key, position) values ('Ticket::100', 'conversation', 'Ticket::100', 1)`,
  );
  await database.pool.query(
    `insert into ops.finding (stage, code, subject, severity, finding, next_step) values ('audit', 'x', $1, 'warning', $1, '=cmd|calc')`,
    [hostile],
  );
  await runPropose({
    pool: database.pool,
    file: join(directory, 'mapping.yaml'),
    residency: 'eu',
    snoozeUntil: null,
    snoozeSpreadDays: 0,
  });
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

async function open(
  options: { readonly isReadOnly?: boolean; readonly of?: TestDatabase } = {},
): Promise<RunningConsole> {
  return startConsole({
    pool: (options.of ?? database).pool,
    isReadOnly: options.isReadOnly ?? false,
    blobs: await openBlobStore(directory),
    mappingFile: join(directory, 'mapping.yaml'),
    host: '127.0.0.1',
    port: 0,
  });
}

/** Logs in as a browser does; gives the cookie and the address. */
async function enter(running: RunningConsole): Promise<{ readonly origin: string; readonly cookie: string }> {
  const answer = await fetch(running.address(), { redirect: 'manual' });
  return {
    origin: new URL(running.address()).origin,
    cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  };
}

describe('access to the console', () => {
  let running: RunningConsole;
  beforeAll(async () => {
    running = await open();
  });
  afterAll(() => running.close());

  it('is opened by each token once, with a cookie that no script and no other site gets', async () => {
    const address = running.address();
    const first = await fetch(address, { redirect: 'manual' });
    expect(first.status).toBe(302);
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
    expect(running.address()).not.toBe(address);
  });

  it('is refused without a session, under another name of the host, and to other sites', async () => {
    const { origin, cookie } = await enter(running);
    expect((await fetch(`${origin}/`)).status).toBe(401);
    expect((await fetch(`${origin}/`, { headers: { cookie } })).status).toBe(200);
    const post = (headers: Record<string, string>, csrf: string) =>
      fetch(`${origin}/setup`, {
        method: 'POST',
        headers: { cookie, ...headers },
        body: new URLSearchParams({ csrf, 'state.fin': 'done', by: 'Mallory' }),
        redirect: 'manual',
      });
    const page = await (await fetch(`${origin}/setup`, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(csrf).not.toBe('');
    expect((await post({ origin: 'https://evil.example' }, csrf)).status).toBe(403);
    expect((await post({}, csrf)).status).toBe(403);
    expect((await post({ origin }, 'guessed')).status).toBe(403);
    expect((await database.pool.query('select from ops.setup_item')).rowCount).toBe(0);
    expect((await post({ origin }, csrf)).status).toBe(303);
    expect((await database.pool.query<{ signed_by: string }>('select signed_by from ops.setup_item')).rows).toEqual([
      { signed_by: 'Mallory' },
    ]);
  });

  it('says a policy under which nothing foreign is loaded, framed or kept', async () => {
    const { origin, cookie } = await enter(running);
    const { headers } = await fetch(`${origin}/`, { headers: { cookie } });
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gives no file to run: what is no picture by its bytes is saved', async () => {
    const { origin, cookie } = await enter(running);
    const { headers } = await fetch(`${origin}/file/Attachment::7/contents`, { headers: { cookie } });
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('exports exactly what a list shows, without a live formula', async () => {
    const { origin, cookie } = await enter(running);
    const csv = await (await fetch(`${origin}/lists/findings/csv?filter=pwned`, { headers: { cookie } })).text();
    expect(csv.split('\r\n').filter((line) => line !== '')).toHaveLength(2);
    expect(csv).toContain(`'=cmd|calc`);
  });

  it('finds people who are no contacts, by the beginnings of their names and by an address in any case', async () => {
    const { origin, cookie } = await enter(running);
    const search = (q: string) =>
      fetch(`${origin}/search?q=${encodeURIComponent(q)}`, { headers: { cookie }, redirect: 'manual' });
    expect(await (await search('age gita')).text()).toContain('href="/record/Contact%3A%3A20"');
    const byAddress = await search('GITA@it.example');
    expect([byAddress.status, byAddress.headers.get('location')]).toEqual([302, '/record/Contact%3A%3A20']);
  });

  it('says that a record or a list is not there, as any other page that is not', async () => {
    const { origin, cookie } = await enter(running);
    for (const path of ['/record/Ticket%3A%3A999', '/lists/no_such', '/nowhere']) {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie } });
      expect(answer.status, path).toBe(404);
      expect(await answer.text()).toContain('There is no such page');
    }
  });

  it('shows the class and the fields of a record that becomes nothing of its own', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Attachment%3A%3A7`, { headers: { cookie } })).text();
    expect(page).toContain('<span class="chip">Attachment</span>');
    expect(page.slice(page.indexOf('<h2>As iTop holds it</h2>'))).toContain('<td data-label="Field">item_id</td>');
  });

  it('sorts numbers as numbers, and names records instead of keys', async () => {
    await database.pool.query(
      `with run as (insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('load', 'x', '{}', 'done') returning run_id)
       insert into load.outcome (workspace_id_code, target_type, target_key, state, reason_code, reason, next_step, run_id)
       select 'w1', 'contact', case n when 1 then 'Contact::10' else 'Contact::9' || n end, 'failed', case when n > 3 then 'Many' when n > 1 then 'Few' else 'Named' end,
              'it needs Contact::11', 'look', run_id
       from run, generate_series(1, 13) as n`,
    );
    const { origin, cookie } = await enter(running);
    const read = async (path: string) => (await fetch(`${origin}${path}`, { headers: { cookie } })).text();
    const counts = (await read('/lists/unexplained/csv?sort=-count')).split('\r\n').slice(1, -1);
    const failed = counts.filter((line) => line.includes('needs')).map((line) => line.split(',')[0]);
    expect(failed).toEqual(['10', '2', '1']);
    const failures = await read('/lists/failures?filter=Named');
    expect(failures).toContain('title="Contact::10">Ada Berger</a>');
    expect(failures).toContain('title="Contact::11">Ben Colleague</a>');
  });

  it('says why a message has its author, and how an account of iTop leads to it', async () => {
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Ticket::100`, { headers: { cookie } })).text();
    expect(page).toContain('The caller of the ticket opens the conversation.');
    expect(page).toMatch(/<b><a href="\/record\/Contact%3A%3A\d+">/);
    expect(page).toMatch(
      /Neither an account nor a name leads to a person who may write here\. So the migration’s fallback teammate/,
    );
  });

  it('changes nothing when it is read-only', async () => {
    const readOnly = await open({ isReadOnly: true });
    const { origin, cookie } = await enter(readOnly);
    const answer = await fetch(`${origin}/setup`, {
      method: 'POST',
      headers: { cookie, origin },
      body: new URLSearchParams({ 'state.csat': 'done', by: 'Eve' }),
    });
    expect(answer.status).toBe(403);
    expect(await (await fetch(`${origin}/setup`, { headers: { cookie } })).text()).not.toContain('<form method="post"');
    await readOnly.close();
  });

  it('tries a change of the mapping before it is written, writes it on demand, and refuses what the mapping does not have', async () => {
    const { origin, cookie } = await enter(running);
    const file = join(directory, 'mapping.yaml');
    const before = readFileSync(file, 'utf8');
    const page = await (await fetch(`${origin}/mapping/class/UserRequest`, { headers: { cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const post = (path: string, fields: Record<string, string>) =>
      fetch(`${origin}/mapping/class/UserRequest${path}`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf, ...fields }),
        redirect: 'manual',
      });
    const change = { attribute: 'priority', home: 'dropped', to: '' };
    const tried = await (await post('/try', change)).text();
    expect(tried).toContain('UserRequest.priority goes to: not moved. Nothing is written yet.');
    expect(tried).toMatch(/<td data-label="Decision about">UserRequest\.priority<\/td>/);
    expect(tried).not.toMatch(/data-label="Decision about">Person/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await post('', change)).status).toBe(303);
    expect(
      parseDocument(readFileSync(file, 'utf8')).getIn(['classes', 'UserRequest', 'attributes', 'priority', 'home']),
    ).toBe('dropped');
    expect((await post('/try', { ...change, attribute: 'no_such' })).status).toBe(409);
    expect((await post('/try', { destination: 'excluded' })).status).toBe(200);
    const written = readFileSync(file, 'utf8');
    for (const path of ['/try', '']) expect((await post(path, { destination: 'tag' })).status).toBe(409);
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  it('calls the mapping confirmed only while a load would take the file', async () => {
    const file = join(directory, 'mapping.yaml');
    const { origin, cookie } = await enter(running);
    const readOnly = await open({ isReadOnly: true });
    const reader = await enter(readOnly);
    const read = async (of: typeof reader, path: string): Promise<string> =>
      (await fetch(`${of.origin}${path}`, { headers: { cookie: of.cookie } })).text();
    const csrf = /name="csrf" value="([^"]+)"/.exec(await read({ origin, cookie }, '/mapping/effect'))?.[1] ?? '';
    const answer = await fetch(`${origin}/mapping/confirm`, {
      method: 'POST',
      headers: { cookie, origin },
      body: new URLSearchParams({ csrf, by: 'Ada' }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    const shown = async (): Promise<boolean[]> => {
      const [page, pageToRead, overview] = [
        await read({ origin, cookie }, '/mapping/effect'),
        await read(reader, '/mapping/effect'),
        await read({ origin, cookie }, '/'),
      ];
      expect(page.includes('confirm the mapping</button>')).toBe(!page.includes('Confirmed by Ada'));
      return [page.includes('Confirmed by Ada'), pageToRead.includes('Confirmed by Ada'), overview.includes('by Ada')];
    };
    expect(await shown()).toEqual([true, true, true]);
    await expect(requireConfirmedMapping(database.pool, 'w1', file)).resolves.toBe('confirmed');
    appendFileSync(file, '# looked at again\n');
    expect(await shown()).toEqual([false, false, false]);
    await expect(requireConfirmedMapping(database.pool, 'w1', file)).rejects.toThrow('was edited since Ada');
    await readOnly.close();
  });

  it('shows on the page of a contact what the lists of Intercom say of it, each thing once', async () => {
    await database.pool.query(
      `with run as (insert into ops.run (command, fingerprint, fingerprint_detail, state) values ('reconcile', 'x', '{}', 'done') returning run_id)
       insert into reconcile.verdict (workspace_id_code, run_id, phase, object_type, target_key, check_name, field, evidence, expected, actual, verdict, reason_code)
       select 'w1', run_id, 'contacts', 'contact', 'Contact::10', check_name, field, evidence, expected, actual, 'failed', 'differs'
       from run, (values
         ('read back: contact is listed', '', 'list', 'c-10', 'missing'),
         ('contact', '', 'fresh_read', null, null),
         ('contact', 'phone', 'fresh_read', '1', '2')) as v (check_name, field, evidence, expected, actual)`,
    );
    const { origin, cookie } = await enter(running);
    const page = await (await fetch(`${origin}/record/Contact::10`, { headers: { cookie } })).text();
    expect(page).toContain('contact is listed: sent “c-10”, found “missing”');
    expect(page).toContain('phone: sent “1”, found “2”');
    expect(page.match(/Different in Intercom:/g)).toHaveLength(2);
  });

  it('shows the files of people and organizations, the sizes of those of a message, and where a value is cut', async () => {
    const { origin, cookie } = await enter(running);
    const read = async (key: string) =>
      (await fetch(`${origin}/record/${encodeURIComponent(key)}`, { headers: { cookie } })).text();
    expect(await read('Contact::10')).toContain('<img src="/file/Contact%3A%3A10/picture"');
    const organization = await read('Organization::1');
    expect(organization).toContain('<img src="/file/Organization%3A%3A1/logo"');
    expect(organization).toMatch(/>(long ){60}…</);
    expect(await read('Ticket::100')).toContain(`image/svg+xml, ${fileSize(svg.length)}`);
  });

  it('lists of each class what its latest comparison with an export found', async () => {
    await database.pool.query(
      `insert into ops.cross_check (run_id, class, channel, in_file, in_raw, only_in_file, only_in_raw, differing_objects, differing_fields)
       values (1, 'Person', 'csv', 1, 1, 0, 0, 1, 1), (1, 'Team', 'csv', 1, 1, 0, 0, 1, 1), (2, 'Person', 'csv', 1, 1, 0, 0, 0, 0)`,
    );
    await database.pool.query(
      `insert into ops.channel_difference (run_id, class, source_key, difference, attribute, raw_value, file_value)
       values (1, 'Person', 'Contact::10', 'field differs', 'phone', '1', '2'), (1, 'Team', 'Contact::20', 'field differs', 'phone', '1', '2')`,
    );
    const { origin, cookie } = await enter(running);
    const csv = await (await fetch(`${origin}/lists/exports/csv`, { headers: { cookie } })).text();
    expect(csv).toContain('Contact::20');
    expect(csv).not.toContain('Contact::10');
  });

  it('signs a sample only for whoever opened a record of it, and records which', async () => {
    const { origin, cookie } = await enter(running);
    const csrfOf = async (): Promise<string> =>
      /name="csrf" value="([^"]+)"/.exec(
        await (await fetch(`${origin}/sample`, { headers: { cookie } })).text(),
      )?.[1] ?? '';
    const post = async (path: string, by: string) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { cookie, origin },
        body: new URLSearchParams({ csrf: await csrfOf(), by }),
        redirect: 'manual',
      });
    await post('/sample/person', 'Ada');
    expect((await post('/sample/accept', 'Ada')).status).toBe(409);
    await fetch(`${origin}/record/Ticket::100`, { headers: { cookie } });
    expect((await post('/sample/accept', 'Bob')).status).toBe(409);
    expect((await post('/sample/accept', 'Ada')).status).toBe(303);
    const { rows } = await database.pool.query('select accepted_by, looked_at from ops.sample_acceptance');
    expect(rows).toEqual([{ accepted_by: 'Ada', looked_at: ['Ticket::100'] }]);
  });
});

const paths = [
  '/',
  '/live',
  '/lists',
  ...workLists.map(({ name }) => `/lists/${name}`),
  '/sample',
  '/mapping',
  '/mapping/class/UserRequest',
  '/setup',
  '/rollback',
  '/search?q=Berger',
  '/record/Ticket::100',
  '/record/Contact::10',
  '/record/Organization::1',
  '/record/Attachment::7',
  '/nowhere',
];

it('puts the head of a column of numbers on the right also where its first cell is empty', () => {
  const column = { name: 'Objects', value: (row: number | null) => row };
  expect(table({} as Standing, [column], [null, 3], 'Numbers').text).toContain('<th scope="col" class="number">');
});

describe.skipIf(!hasBrowser)(`the console ${browserNote}`, () => {
  let running: RunningConsole;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    running = await open();
    browser = await openBrowser();
    context = await browser.newContext();
    page = await context.newPage();
    const { host } = new URL(running.address());
    page.on('request', (request) => {
      if (new URL(request.url()).host !== host) faults.push(`asks ${request.url()}`);
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404'))
        faults.push(`${message.text()} ${JSON.stringify(message.location())}`);
    });
    await page.goto(running.address());
  });
  afterAll(async () => {
    await browser.close();
    await running.close();
  });

  const visit = async (path: string): Promise<void> => {
    await page.goto(new URL(path, running.address()).href);
    await expect.poll(() => page.locator('.later:not(.failed)').count(), { interval: 20 }).toBe(0);
  };

  it('takes the forms of a browser: who says who they are opens a record and signs it', async () => {
    await visit('/sample');
    await page.getByLabel('Your name').fill('Bea');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('link', { name: 'Open the first one' }).click();
    await page.getByRole('link', { name: 'Sign', exact: false }).first().click();
    await page.getByRole('button', { name: /I looked at this record/ }).click();
    await page.getByText('Bea accepted 1 record').waitFor();
    expect(await page.locator('.where').innerText()).toContain('you are Bea');
  });

  it('keeps the focus in a part that is brought up to date', async () => {
    await visit('/');
    const focused = () => page.evaluate<string | null>(`document.activeElement.getAttribute('href')`);
    await page.locator('[data-src="/overview/numbers"] a').first().focus();
    await page.evaluate(`fill(document.querySelector('[data-src="/overview/numbers"]'))`);
    expect(await focused()).toBe('/lists/failures');
  });

  // One visit a page, at all widths and in both colours: reloading is what takes the time.
  it.each(paths)(
    'shows %s to everybody: no script of a customer, nothing cut off, no violation of axe',
    async (path) => {
      await visit(path);
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator('.later.failed').count()).toBe(0);
      for (const width of [320, 380, 1_024, 1_440]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await overflowOf(page), `at ${width}`).toBe(0);
      }
      expect(faults).toEqual([]);
      // Evaluated by the browser's own tools, which the policy of the page does not bind.
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const violations = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
          `axe.run(document, { resultTypes: ['violations']${colorScheme === 'dark' ? `, runOnly: ['color-contrast']` : ''} }).then((found) => found.violations)`,
        );
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          colorScheme,
        ).toEqual([]);
      }
      // What axe itself tried: the policy refuses it, as it should.
      faults.length = 0;
    },
  );
});

it('shows every page to a role that may only read, whose writes Postgres refuses', async () => {
  const name = `reader_${process.pid}`;
  const statements = /```sql\n(.*?)```/s.exec(readFileSync(join(projectRoot, 'docs/console.md'), 'utf8'))?.[1] ?? '';
  expect(statements).toContain('console_reader');
  await database.pool.query(statements.replaceAll('console_reader', name));
  const url = new URL(database.url);
  [url.username, url.password] = [name, 'choose a long one'];
  const reader = openDatabase(url.href, { max: 4 });
  try {
    await requireMigrated(reader.pool);
    const running = await open({ isReadOnly: true, of: { ...database, pool: reader.pool } });
    const { origin, cookie } = await enter(running);
    for (const path of [...paths, '/overview/verdict', '/overview/numbers', '/overview/classes', '/live/plot/lag']) {
      const { status } = await fetch(`${origin}${path}`, { headers: { cookie } });
      expect(status, path).toBe(path === '/nowhere' ? 404 : 200);
    }
    await running.close();
    await expect(reader.pool.query('delete from ops.sample')).rejects.toThrow(/read-only transaction/);
    const session = await reader.pool.connect();
    await session.query('set default_transaction_read_only = off');
    for (const write of ['delete from ops.sample', 'create table public.mine ()', 'truncate raw.head'])
      await expect(session.query(write)).rejects.toThrow(/permission denied/);
    session.release(true);
  } finally {
    await reader.close();
    await database.pool.query(`drop role ${name}`);
  }
});

it('answers on a database in which no stage has run', async () => {
  const empty = await createTestDatabase();
  const running = await open({ of: empty });
  const { origin, cookie } = await enter(running);
  for (const path of [
    '/',
    '/overview/verdict',
    '/overview/numbers',
    '/overview/classes',
    '/live',
    '/lists',
    '/lists/failures',
    '/sample',
    '/mapping',
    '/setup',
    '/rollback',
    '/search?q=R-1',
  ]) {
    expect((await fetch(`${origin}${path}`, { headers: { cookie } })).status, path).toBe(200);
  }
  await running.close();
  await empty.drop();
});
