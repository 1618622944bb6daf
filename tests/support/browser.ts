import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Widths, in pixels, at which every page of the tool must be readable: a telephone, a notebook and a wide screen. */
export const pageWidths = [320, 1_024, 1_440] as const;

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const;

/** The system's own browser; undefined where there is none. `BROWSER_EXECUTABLE` names another one. */
const executablePath = process.env.BROWSER_EXECUTABLE ?? executables.find((path) => existsSync(path));

/** Whether page tests can run here. In CI they must: a missing browser is an error there, not a reason to skip. */
export const hasBrowser = executablePath !== undefined;

/** To stand in the name of a page test, so that a skipped one says why. */
export const browserNote = hasBrowser
  ? 'in a real browser'
  : 'in a real browser (skipped: none here; install Debian\'s "chromium" or name one in BROWSER_EXECUTABLE)';

if (!hasBrowser && process.env.CI !== undefined)
  throw new Error('Page tests are never skipped in CI: install chromium.');

/** Starts the system's browser. It reaches nothing but files and content given to it. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no browser here.');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/**
 * Opens self-contained HTML at a width. A page that would fetch anything is faulty: each attempt is blocked and stands in
 * `requests`.
 */
export async function openPage(
  browser: Browser,
  html: string,
  width: number,
): Promise<{ readonly page: Page; readonly requests: readonly string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const requests: string[] = [];
  await page.route('**/*', async (route) => {
    requests.push(route.request().url());
    await route.abort();
  });
  await page.setContent(html, { waitUntil: 'load' });
  return { page, requests };
}

/** How far the page is wider than its window, in pixels: 0 where nobody has to scroll sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)');
}
