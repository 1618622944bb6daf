import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserNote, hasBrowser, openBrowser, openPage, overflowOf, pageWidths } from '../support/browser.ts';

describe.skipIf(!hasBrowser)(`The page tests' own means, ${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('what a page would fetch is blocked and named', async () => {
    const { page, requests } = await openPage(browser, '<img src="https://example.invalid/a.png">', pageWidths[0]);
    expect(requests).toEqual(['https://example.invalid/a.png']);
    await page.close();
  });

  test('a page wider than its window is told', async () => {
    const { page } = await openPage(browser, '<div style="width:700px">x</div>', pageWidths[0]);
    expect(await overflowOf(page)).toBeGreaterThan(300);
    await page.close();
  });
});
