import { html } from '../../platform/html.ts';
import { kindWords } from '../../reconcile/page-words.ts';
import type { ConsoleApp } from '../console-app.ts';
import { recordLink, table } from '../page.ts';
import { findRecords, mostFound } from '../records/find-records.ts';

/** Characters that are looked for: no name of a record is longer. */
const longestSearch = 200;

/** Finds records by ref, name, address, key or Intercom id; one exact hit is shown at once. */
export function searchRoutes({ app, show, frameOf }: ConsoleApp): void {
  app.get('/search', async (request) => {
    const text = (request.req.query('q') ?? '').trim().slice(0, longestSearch);
    const { context, standing } = await frameOf(request);
    const found = text === '' ? [] : await findRecords(context.pool, standing, text);
    const [only] = found;
    if (only !== undefined && found.length === 1 && only.isExact)
      return request.redirect(`/record/${encodeURIComponent(only.key)}`);
    return show(request, '/search', text === '' ? 'Find a record' : `Records for “${text}”`, () =>
      found.length === 0
        ? html`<p>${text === '' ? '' : 'Nothing was found. '}Search for the ref of a ticket (R-000123), words of its title, the name or address of a person, the name of a company or article, a key (Contact::5) or an id in Intercom. <a href="/lists">All work lists</a></p>`
        : html`${table(
            standing,
            [
              { name: 'Record', value: (row) => recordLink(row.key, row.title) },
              { name: 'Kind', value: (row) => kindWords(row.kind) },
              { name: 'Key', value: (row) => row.key },
            ],
            found,
            'Records found',
          )}${found.length < mostFound ? '' : html`<p class="dim">The first ${mostFound}. More words find fewer.</p>`}`,
    );
  });
}
