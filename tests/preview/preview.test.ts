import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgress } from '../../platform/progress.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { loadSettings } from '../../platform/settings.ts';
import { readTicket } from '../../transform/preview/read-tickets.ts';
import { writePreview } from '../../transform/preview/write-preview.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { browserNote, hasBrowser, openBrowser, openPage, overflowOf, pageWidths } from '../support/browser.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type GivenObject, landObjects } from '../support/land-objects.ts';

const settings = loadSettings({
  environment: { ITOP_URL: 'http://itop.example', ITOP_USER: 'u', ITOP_PASSWORD: 'p', ITOP_TIMEZONE: 'Europe/Paris' },
  file: join(projectRoot, 'tests/cases/settings.yaml'),
});
const read = (path: string): Record<string, GivenObject> =>
  JSON.parse(readFileSync(join(projectRoot, 'tests/cases', path), 'utf8')) as Record<string, GivenObject>;

const hostile = `<p>Bonjour</p><script>window.pwned = 1</script><img src=x onerror="window.pwned = 2"><a href="javascript:window.pwned=3">click</a></div></article></body><plaintext>`;
const entry = (date: string, who: string, message: string, user: string | number = 0) => ({
  date,
  user_login: who,
  user_id: user,
  message,
  message_html: message,
});

function given(): Record<string, GivenObject> {
  const model = read('k1-attributes-by-mapping/given.json')['Ticket::100'];
  return {
    ...read('world.json'),
    'Ticket::100': {
      class: 'UserRequest',
      fields: {
        ...model?.fields,
        title: '</title><script>window.pwned = 4</script> Printer & <b>bold</b>',
        description: hostile,
        pending_reason: '<script>window.pwned = 5</script>',
        last_pending_date: '2024-01-11 10:00:00',
        public_log: {
          entries: [
            entry('2024-01-11 09:00:00', 'Nobody Known', 'First of two'),
            entry('2024-01-11 09:00:00', 'Nobody Known', `Second ${hostile}`),
          ],
        },
        private_log: {
          entries: [
            entry('2024-01-11 09:30:00', 'Gita Agent', `<p><b>Secret</b> plan ${'x'.repeat(300)}</p>${hostile}`),
          ],
        },
      },
    },
    'Ticket::461': read('f2-f3-custom-objects/given.json')['Ticket::461'] as GivenObject,
    'FAQ::1': {
      class: 'FAQ',
      fields: {
        title: 'How <i>hot</i>?',
        summary: 'Short',
        description: hostile,
        category_id: '0',
        category_name: '',
        error_code: '',
        key_words: '',
      },
    },
    'Ticket::101': { class: 'UserRequest', fields: { ...model?.fields, ref: 'R-000101', title: 'Another' } },
  };
}

let database: TestDatabase;
let directory: string;
let page: string;
beforeAll(async () => {
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), 'preview-'));
  await database.pool.query(readFileSync(join(projectRoot, 'tests/cases/f2-f3-custom-objects/mapping.sql'), 'utf8'));
  await landObjects(database.pool, given());
  await runTransform(database.pool, settings, openProgress('silent'));
  await writePreview(database.pool, ['R-000100', 'Ticket::101', 'C-000461', 'FAQ::1'], join(directory, 'preview.html'));
  page = readFileSync(join(directory, 'preview.html'), 'utf8');
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

it('shows the fallback teammate wherever the load will send him: for agents whom the workspace does not have', async () => {
  const { pool } = database;
  const authors = async () =>
    (await readTicket(pool, 'Ticket::100')).parts
      .filter((part) => part.partType !== 'opening' && !part.itemKey.endsWith('#record_note'))
      .map((part) => [part.author, part.isFallback, part.body.includes('wrote in iTop:')] as const);
  const agents = await pool.query<{ email: string; name: string }>(
    `select distinct t.email, t.name from intercom.conversation_part p
     join intercom.teammate t on t.target_key = p.author_key where p.conversation_key = 'Ticket::100' and p.author_kind = 'teammate'`,
  );
  const [agent] = agents.rows;
  if (agent === undefined) throw new Error('No agent writes in this ticket');
  const inIntercom = async () =>
    Object.fromEntries(
      (await readTicket(pool, 'Ticket::100')).fields.flatMap(({ home, place, planned }) =>
        home === 'field' ? [[place, planned] as const] : [],
      ),
    );
  // Before the workspace was read nobody knows.
  expect(await inIntercom()).toMatchObject({
    assignee: 'Gita Agent, if a teammate has that address',
    from: expect.stringMatching(/\w/),
    company: expect.stringMatching(/\w/),
    title: expect.stringContaining('Printer'),
  });
  expect(await authors()).toContainEqual([`${agent.name}, if a teammate has that address`, false, false]);
  await pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', 'W', 'http://w.example', '1')`,
  );
  await pool.query(
    `insert into load.teammate (workspace_id_code, admin_id, email, name) values ('w', '1', 'x@y.example', 'X')`,
  );
  expect(await inIntercom()).toMatchObject({ assignee: 'nobody: no teammate has the address of Gita Agent' });
  const strangers = await authors();
  expect(strangers.map(([name]) => name)).not.toContain(agent.name);
  expect(strangers).toContainEqual(['the fallback teammate', true, true]);
  await pool.query(
    `insert into load.teammate (workspace_id_code, admin_id, email, name)
     select 'w', (row_number() over () + 1)::text, upper(email), name from (select distinct email, name from intercom.teammate where email <> '') as t`,
  );
  expect(await authors()).toContainEqual([agent.name, false, false]);
  expect(await inIntercom()).toMatchObject({ assignee: 'Gita Agent' });
  await pool.query('delete from load.teammate');
});

it('refuses what is not planned, and a sample that is not drawn', async () => {
  await expect(writePreview(database.pool, ['R-999999'], join(directory, 'no.html'))).rejects.toThrow(
    /Nothing is planned for R-999999/,
  );
  await expect(writePreview(database.pool, [], join(directory, 'no.html'))).rejects.toThrow(/no sample/);
});

describe.skipIf(!hasBrowser)(`the preview ${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each(pageWidths)(
    'is readable at %i pixels: nothing to the side, threads beside or below each other',
    async (width) => {
      const { page: view, requests } = await openPage(browser, page, width);
      expect(requests).toEqual([]);
      expect(await overflowOf(view)).toBe(0);
      await view.locator('summary:has(h2)').first().click();
      const first = view.locator('.record').first().locator('.pair:not(.heads)').first();
      const left = await first.locator(':scope > div').first().boundingBox();
      const right = await first.locator(':scope > div').last().boundingBox();
      if (left === null || right === null) throw new Error('A thread is not shown');
      if (width > 720) expect(right.x).toBeGreaterThanOrEqual(left.x + left.width);
      else expect(right.y).toBeGreaterThanOrEqual(left.y + left.height);
      if (process.env.SCREENSHOTS !== undefined)
        await view.screenshot({ path: join(process.env.SCREENSHOTS, `preview-${width}.png`), fullPage: true });
      await view.close();
    },
  );

  it('shows both threads, notes as notes, moved times, fallback authors, losses and the home of each field', async () => {
    const { page: view } = await openPage(browser, page, 1440);
    const ticket = view.locator('.record').first();
    const text = async (selector: string): Promise<string> =>
      (await ticket.locator(selector).allTextContents()).join('\n');
    const [itop, planned] = ['.pair > div:first-child', '.pair > div:last-child'] as const;
    expect(await text(planned)).toContain('Bonjour');
    expect(await ticket.locator(`${planned} .message.note`).filter({ hasText: 'Secret' }).count()).toBe(1);
    expect(await ticket.locator(`${planned} .message.comment`).filter({ hasText: 'Secret' }).count()).toBe(0);
    expect(await text(planned)).toContain('moved by 1 s');
    expect(await text(planned)).toContain('instead of its author, whom the first line names');
    expect(await ticket.locator(itop).filter({ hasText: 'Bonjour' }).locator('.loss').first().textContent()).toMatch(
      /Not moved: a script/,
    );
    expect(await ticket.locator('summary').first().textContent()).toMatch(/things do not move.*moved in time/s);
    expect(await text(itop)).toContain('First of two');
    // Both sides in the zone of iTop, which the page states.
    expect(await text(itop)).toContain('2024-01-11 09:30:00');
    expect(await text(planned)).toContain('2024-01-11 09:30:00');
    expect(await view.locator('.cover').textContent()).toContain('Times in Europe/Paris');
    expect(await ticket.locator('tr.attribute', { hasText: 'priority' }).textContent()).toContain('critical');
    await view.close();
  });

  it('shows a change with the home of each field, and an article with what to look at before it is published', async () => {
    const { page: view } = await openPage(browser, page, 1440);
    const change = view.locator('#Ticket-461');
    expect(await change.textContent()).toContain('Patch the mail server');
    const row = change.locator('tr', { has: view.getByText('fallback_plan', { exact: true }) }).first();
    expect(await row.locator('td').last().textContent()).toContain('2. Restore');
    // A change's private log goes to the hand-off only (rule F2).
    expect(await change.textContent()).not.toContain('secret board talk');
    const article = view.locator('#FAQ-1');
    expect(await article.locator('h2').first().textContent()).toBe('How <i>hot</i>?');
    expect(await article.locator('.loss').first().textContent()).toContain('short (under 100 words)');
    expect(await article.locator('.pair > div:last-child').last().textContent()).toContain('Bonjour');
    await view.close();
  });

  it('keeps hostile HTML text: nothing runs, nothing ends the page early', async () => {
    const { page: view } = await openPage(browser, page, 1440);
    expect(await view.evaluate('window.pwned')).toBeUndefined();
    expect(await view.locator('script, img, iframe, plaintext, a[href^="javascript"], [onerror]').count()).toBe(0);
    expect(await view.locator('.record').count()).toBe(4);
    expect(await view.locator('.record h2').first().innerText()).toContain('<b>bold</b>');
    expect(await view.locator('.record').first().locator('pre').first().textContent()).toContain(
      '<script>window.pwned = 1</script>',
    );
    await view.close();
  });

  it('prints: the summary with the place to sign on the first sheet, a record that is open on sheets of its own', async () => {
    const { page: view } = await openPage(browser, page, 1440);
    await view.locator('summary:has(h2)').first().click();
    await view.emulateMedia({ media: 'print' });
    expect(await view.locator('.signature').isVisible()).toBe(true);
    expect(await overflowOf(view)).toBe(0);
    const pdf = await view.pdf({ format: 'A4' });
    expect((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length).toBeGreaterThanOrEqual(3);
    await view.close();
  });
});
