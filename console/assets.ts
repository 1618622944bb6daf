import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pageStyle } from '../platform/page-style.ts';
import { browserScript } from './browser-script.ts';
import type { ConsoleApp } from './console-app.ts';

/** Where the browser shows the page among others: from the left to the right. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1c54b2"/><path d="M6 16h17M16 8l8 8-8 8" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** Everything a page loads comes from here: nothing is fetched from elsewhere. */
export function assetRoutes({ app }: ConsoleApp): void {
  const plots = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const ofPlots = (name: string): string => readFileSync(join(plots, 'dist', name), 'utf8');
  const assets = new Map<string, readonly [type: string, text: string]>(
    Object.entries({
      'console.css': ['text/css', pageStyle],
      'console.js': ['text/javascript', browserScript],
      'icon.svg': ['image/svg+xml', icon],
      'uplot.css': ['text/css', ofPlots('uPlot.min.css')],
      'uplot.js': ['text/javascript', ofPlots('uPlot.esm.js')],
    }),
  );
  app.get('/assets/:name', (request) => {
    const asset = assets.get(request.req.param('name'));
    if (asset === undefined) return request.notFound();
    return request.body(asset[1], 200, {
      'Content-Type': `${asset[0]}; charset=utf-8`,
      'Cache-Control': 'private, max-age=3600',
    });
  });
}
