import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPage } from '../../audit/audit-page.ts';
import { setupItems } from '../../audit/setup-sheet.ts';
import { clockOf } from '../../platform/clock.ts';
import { browserNote, hasBrowser, openBrowser, openPage, overflowOf, pageWidths } from '../support/browser.ts';

const html = auditPage({
  clock: clockOf('Europe/Paris'),
  workspaceIdCode: 'abc123',
  isPassed: false,
  auditedAt: new Date('2026-01-02T03:04:05Z'),
  findings: [
    { code: 'a_note', severity: 'note', subject: 'FAQ', finding: 'Some are short.', nextStep: '' },
    {
      code: 'a_blocker',
      severity: 'blocker',
      subject: '<script>document.title = "taken"</script>',
      finding: `A very ${'long'.repeat(200)} word`,
      nextStep: 'Solve it.',
    },
  ],
  sheet: setupItems.map((item, place) => ({
    ...item,
    state: place === 0 ? ('done' as const) : ('open' as const),
    signedBy: place === 0 ? 'Ann' : null,
    signedAt: place === 0 ? '2026-01-02T03:04:05Z' : null,
    remark: '',
  })),
});

describe.skipIf(!hasBrowser)(`The audit's page, ${browserNote}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each(pageWidths)('reads at %i pixels without scrolling sideways, blockers first', async (width) => {
    const { page, requests } = await openPage(browser, html, width);
    expect(await overflowOf(page)).toBe(0);
    expect(await page.title()).toBe('Audit of the migration from iTop to Intercom');
    expect(await page.locator('.verdict').innerText()).toBe('Not passed: something forbids a load.');
    expect(await page.locator('h2').allInnerTexts()).toEqual([
      'What to do first',
      'Signed',
      'Blockers: nothing is loaded before these are solved (1)',
      'Notes (1)',
      'Set-up sheet: by hand in Intercom, signed before the first load',
    ]);
    expect(await page.locator('li.blocker').innerText()).toContain('<script>');
    expect(await page.locator('#sheet li').count()).toBe(setupItems.length);
    expect(await page.locator('#sheet li').first().innerText()).toContain('Done: Ann, 2026-01-02');
    expect(requests).toEqual([]);
    await page.close();
  });

  it('prints in black on white, with lines to sign', async () => {
    const { page } = await openPage(browser, html, 1440);
    await page.emulateMedia({ media: 'print' });
    const background = await page.evaluate("getComputedStyle(document.querySelector('li')).backgroundColor");
    expect(background).toBe('rgb(255, 255, 255)');
    // The first sheet of A4 less its margins, in CSS pixels.
    await page.setViewportSize({ width: 695, height: 1_024 });
    expect(await overflowOf(page)).toBe(0);
    expect(await page.evaluate<number>("document.querySelector('.cover').getBoundingClientRect().height")).toBeLessThan(
      1_020,
    );
    expect(await page.locator('#sheet').innerText()).toContain('Name and date: ____');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF');
    await page.close();
  });
});
