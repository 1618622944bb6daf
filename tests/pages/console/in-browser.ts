import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workLists } from '../../../console/lists/work-lists.ts';
import type { RunningConsole } from '../../../console/server.ts';
import { openBrowser, overflowOf } from '../../support/browser.ts';
import { open } from './world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every kind of page. */
export const paths = [
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

/** The console in a browser: its forms, its focus, and every page at every width and in both colours. */
export function testInBrowser(): void {
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
    // Whoever works by the keyboard goes on from what was recorded, which is said once.
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('You signed for 1 record, Bea.');
    await page.reload();
    expect(await page.locator('#recorded').count()).toBe(0);
    expect(await page.locator('.where').innerText()).toContain('you are Bea');
  });

  it('keeps the focus in a part that is brought up to date', async () => {
    await visit('/');
    const focused = () => page.evaluate<string | null>(`document.activeElement.getAttribute('href')`);
    await page.locator('[data-src="/overview/numbers"] a').first().focus();
    await page.evaluate(`fill(document.querySelector('[data-src="/overview/numbers"]'))`);
    expect(await focused()).toBe('/lists/failures');
  });

  it('says of what is live that it is old where it cannot be had, and takes it up again', async () => {
    let isAway = true;
    await page.route('**/live/events', (route) => (isAway ? route.fulfill({ status: 500 }) : route.continue()));
    await visit('/live');
    const live = page.locator('#live');
    await expect.poll(() => live.getAttribute('class'), { interval: 20, timeout: 20_000 }).toContain('failed');
    isAway = false;
    await expect.poll(() => live.getAttribute('class'), { interval: 50, timeout: 20_000 }).toBe('');
    await page.unroute('**/live/events');
    faults.length = 0;
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
}
