import { html } from '../../platform/html.ts';
import { recordLink, table } from '../page.ts';
import { findRecords } from '../records/find-records.ts';
import type { ConsoleApp } from '../server.ts';

/** Finds records by ref, name, address, key or Intercom id; one exact hit is shown at once. */
export function searchRoutes({ app, show, frameOf }: ConsoleApp): void {
  app.get('/search', async (request) => {
    const text = (request.req.query('q') ?? '').trim();
    const { context, standing } = await frameOf(request);
    const found = text === '' ? [] : await findRecords(context.pool, standing, text);
    const [only] = found;
    if (only !== undefined && found.length === 1 && only.isExact)
      return request.redirect(`/record/${encodeURIComponent(only.key)}`);
    return show(request, '/search', `Records for “${text}”`, () =>
      found.length === 0
        ? html`<p>Nothing is known by that name. Look for a ref (R-000123), a source key (Person: Contact::5), an address, a name or an id in Intercom.</p>`
        : table(
            standing,
            [
              { name: 'record', value: (row) => recordLink(row.key, row.title) },
              { name: 'kind', value: (row) => row.kind },
              { name: 'key', value: (row) => row.key },
            ],
            found,
            'Records found',
          ),
    );
  });
}
