import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordIdentities } from '../../platform/identity.ts';
import { openProgress } from '../../platform/progress.ts';
import { loadSettings } from '../../platform/settings.ts';
import { type Verdict, writeVerdicts } from '../../platform/verdict-writer.ts';
import { collectReport } from '../../reconcile/report/collect-report.ts';
import { fates } from '../../reconcile/report/fates.ts';
import { type WrittenReport, writeReport } from '../../reconcile/report/write-report.ts';
import { runTransform } from '../../transform/run-transform.ts';
import { browserNote, hasBrowser, openBrowser, openPage, overflowOf, pageWidths } from '../support/browser.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { landObjects } from '../support/land-objects.ts';

const hostile = '<img src=x onerror="document.title=1">=1+1';
const longWord = 'x'.repeat(400);

let database: TestDatabase;
let directory: string;
let report: WrittenReport;
let html: string;
let browser: Browser | undefined;

/** Two tickets of which one is loaded, 400 faulty parts, one change of later; texts that want to break out. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await landObjects(pool, {
    'Ticket::1': {
      class: 'UserRequest',
      fields: {
        ref: 'R-000001',
        title: hostile,
        description: `<p>It &lt;burns&gt;</p><script>alert(1)</script> ${longWord}`,
        start_date: '2024-03-01 10:00:00',
        solution: 'Water',
        pending_reason: 'Waiting for Bob <bob@acme.com>',
        user_comment: 'if (a < b) &amp; done',
        status: 'closed',
      },
    },
    'Ticket::2': { class: 'UserRequest', fields: { ref: 'R-000002', title: 'Two', start_date: '2024-04-01 10:00:00' } },
  });
  await pool.query(
    `insert into load.workspace (workspace_id_code, name, base_url, token_admin_id) values ('w', $1, 'http://w', '1')`,
    [hostile],
  );
  await pool.query(
    `insert into ops.source_count (run_id, class, object_count) select min(run_id), 'UserRequest', 2 from ops.run`,
  );
  const base = { workspaceIdCode: 'w', runId: '1', phase: 'conversations' } as const;
  const identity = { workspaceIdCode: 'w', runId: '1', origin: 'created', targetKey: 'Ticket::1' } as const;
  await recordIdentities(pool, [
    { ...identity, targetType: 'conversation', targetId: '77' },
    { ...identity, targetType: 'conversation_state', targetId: 'closed' },
  ]);
  const verdict = (change: Partial<Verdict>): Verdict => ({
    ...base,
    objectType: 'part',
    targetKey: 'Ticket::1',
    check: 'read back: fields',
    evidence: 'fresh_read',
    verdict: 'passed',
    ...change,
  });
  await writeVerdicts(pool, [
    verdict({ reasonCode: 'changed_later' }),
    verdict({ field: 'title', expected: 'a', actual: longWord, reasonCode: 'changed_later' }),
    ...Array.from({ length: 400 }, (_, place) =>
      verdict({
        targetKey: `Ticket::1#public_log/${place}`,
        check: 'read back: part text',
        verdict: 'failed',
        reasonCode: 'differs',
        expected: hostile,
        actual: `=HYPERLINK("http://evil") ${longWord}`,
      }),
    ),
  ]);
  await runTransform(pool, loadSettings({ environment: { ITOP_TIMEZONE: 'UTC' } }), openProgress('silent'));
  directory = await mkdtemp(join(tmpdir(), 'report-'));
  report = await writeReport({
    pool,
    workspaceIdCode: 'w',
    seed: 'mine',
    threadCount: 5,
    directory,
    links: { itopUrl: 'https://itop.example/', intercomUrl: 'https://app.intercom.example' },
  });
  html = await readFile(join(directory, 'report.html'), 'utf8');
  browser = hasBrowser ? await openBrowser() : undefined;
});
afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
  await database.drop();
});

it('every file is in the manifest with its hash, and the JSON says what the page says', async () => {
  const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as WrittenReport;
  expect(manifest.files.map((file) => file.name)).toEqual([
    'report.html',
    'report.json',
    'counts.csv',
    'differences.csv',
    'not_loaded.csv',
    'later_changes.csv',
  ]);
  for (const file of manifest.files) {
    const bytes = await readFile(join(directory, file.name));
    expect(createHash('sha256').update(bytes).digest('hex'), file.name).toBe(file.sha256);
  }
  const json = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as { verdict: string };
  expect(json.verdict).toBe(report.sentence);
  expect(report.isGreen).toBe(false);
  expect(report.sentence).toMatch(
    /^Not green: \d+ things are not accounted for\. iTop counts 2 objects\..* 400 found a difference and 0 could not be made \(400 of/,
  );
});

it('counts.csv has a column for each thing that can become of an object', async () => {
  const [head = ''] = (await readFile(join(directory, 'counts.csv'), 'utf8')).split('\r\n');
  expect(head).toBe(
    '\ufeffitem_kind,class,itop_count,raw_count,loaded,merged,excluded,handed_off,reference,failed,blocked,pending,deleted_at_source,difference',
  );
  expect(head.split(',')).toEqual(expect.arrayContaining([...fates]));
});

it('CSV holds every row, and no cell that a spreadsheet would calculate', async () => {
  const csv = await readFile(join(directory, 'differences.csv'), 'utf8');
  expect(csv.trimEnd().split('\r\n')).toHaveLength(401);
  expect(csv).not.toMatch(/(^|,|")=HYPERLINK/m);
  expect(csv).toContain("'=HYPERLINK");
});

it('shows texts by their format: of plain text nothing is cut, of HTML what was lost is listed', async () => {
  const json = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as {
    threads: { source: { kind: string; text: string; lost: string[]; isPrivate: boolean }[] }[];
  };
  const of = (kind: string) => json.threads[0]?.source.find((message) => message.kind.startsWith(kind));
  expect(of('pending reason')).toMatchObject({ text: 'Waiting for Bob <bob@acme.com>', lost: [], isPrivate: true });
  expect(of('closing remark')).toMatchObject({ text: 'if (a < b) &amp; done', lost: [] });
  expect(of('solution')).toMatchObject({ text: 'Water', isPrivate: false });
  expect(of('description')?.text).toContain('It <burns>');
  expect(of('description')?.lost).toEqual([expect.stringContaining('script')]);
  expect(html).toContain('Waiting for Bob &lt;bob@acme.com&gt;');
});

it('the same seed draws the same threads', async () => {
  const again = await mkdtemp(join(tmpdir(), 'report-'));
  const links = { intercomUrl: 'https://app.intercom.example' };
  await writeReport({
    pool: database.pool,
    workspaceIdCode: 'w',
    seed: 'mine',
    threadCount: 5,
    directory: again,
    links,
  });
  const threadsOf = async (where: string) =>
    (JSON.parse(await readFile(join(where, 'report.json'), 'utf8')) as { threads: { sourceKey: string }[] }).threads;
  expect((await threadsOf(again)).map((thread) => thread.sourceKey)).toEqual(
    (await threadsOf(directory)).map((thread) => thread.sourceKey),
  );
  await rm(again, { recursive: true });
});

it('counts the calls of the two passes of the hour that autumn repeats apart', async () => {
  const { pool } = database;
  await pool.query(
    `insert into ops.process (run_id, attempt, host, pid, ended_at) select min(run_id), 1, 'h', 1, now() from ops.run`,
  );
  await pool.query(
    `insert into load.journal (workspace_id_code, run_id, process_id, phase, operation, target_type, target_key, source_key, method, path, state, intent_at)
     select 'w', (select min(run_id) from ops.run), p.process_id, 'conversations', 'o', 'part', 't', 't', 'POST', '/', 'done', at
     from unnest(array['2023-10-29 00:30:00+00', '2023-10-29 01:30:00+00']::timestamptz[]) as at, (select min(process_id) as process_id from ops.process) as p`,
  );
  await pool.query(`update ops.setting set timezone = 'Europe/Paris'`);
  const { callsOverTime } = await collectReport({ pool, workspaceIdCode: 'w', seed: 'mine', threadCount: 0 });
  const at = '2023-10-29 02:30:00';
  expect(callsOverTime).toEqual([
    { at, calls: 1 },
    { at, calls: 1 },
  ]);
});

for (const width of pageWidths) {
  it.skipIf(!hasBrowser)(`the page reads well at ${width} pixels, ${browserNote}`, async () => {
    if (browser === undefined) throw new Error('no browser');
    const { page, requests } = await openPage(browser, html, width);
    expect(await page.locator('.verdict').innerText()).toBe(report.sentence);
    expect(await page.locator('h2').allInnerTexts()).toEqual(
      expect.arrayContaining([
        'What became of every object',
        'Differences',
        'Changed in Intercom after the load',
        'Signed',
      ]),
    );
    expect(await page.locator('body').innerText()).toContain('The first 40 of 400; all of them');
    // Data is text: nothing of it became an element, ran or was fetched.
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Migration report: iTop to Intercom');
    expect(await page.locator('.cover').innerText()).toContain(hostile);
    expect(requests).toEqual([]);
    expect(await page.locator('.thread').innerText()).toContain('It <burns>');
    expect(await page.locator('.thread a').first().getAttribute('href')).toBe(
      'https://itop.example/pages/UI.php?operation=details&class=UserRequest&id=1',
    );
    expect(await overflowOf(page)).toBe(0);
    const sides = await page.evaluate<string>("getComputedStyle(document.querySelector('.sides')).gridTemplateColumns");
    expect(sides.split(' ')).toHaveLength(width < 640 ? 1 : 2);
    await page.close();
  });
}

it.skipIf(!hasBrowser)(`the page prints without cutting anything off, ${browserNote}`, async () => {
  if (browser === undefined) throw new Error('no browser');
  // A4 less its margins, in CSS pixels.
  const { page } = await openPage(browser, html, 695);
  await page.emulateMedia({ media: 'print' });
  expect(await overflowOf(page)).toBe(0);
  const covered = await page.evaluate<number>("document.querySelector('.cover').getBoundingClientRect().height");
  expect(covered, 'the verdict, the numbers and the place to sign on one sheet').toBeLessThan(1_020);
  expect(await page.locator('.cover .signature').count()).toBe(1);
  const sheets =
    (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
  expect(sheets).toBeGreaterThan(1);
  expect(sheets).toBeLessThan(10);
  await page.close();
});
