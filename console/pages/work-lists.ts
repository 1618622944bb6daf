import { Readable } from 'node:stream';
import Papa from 'papaparse';
import type pg from 'pg';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import type { Standing } from '../console-context.ts';
import { byAndReason, type CellValue, type Frame, form, recordLink, table } from '../page.ts';
import type { ConsoleApp, ConsoleRequest } from '../server.ts';
import { type WorkList, workLists } from './work-list-definitions.ts';

/** Rows on one page. */
const pageRows = 100;

/** Lists of what a person has to look at: filter, sort, page, export exactly what is shown, decide. */
export function workListRoutes({ app, show, frameOf, context }: ConsoleApp): void {
  app.get('/lists', (request) =>
    show(request, '/lists', 'Work lists', ({ standing }) =>
      standing.isTransformed
        ? html`<ul class="lists">${workLists.map((list) => html`<li><a href="/lists/${list.name}"><b>${list.title}</b></a><br>${list.purpose}</li>`)}</ul>`
        : html`<p>There is nothing to list before the first transform.</p>`,
    ),
  );
  app.get('/lists/:name', async (request) => {
    const list = listOf(request);
    const view = viewOf(request, list);
    return show(request, '/lists', list.title, async (frame) => {
      if (!frame.standing.isTransformed) return html`<p>There is nothing to list before the first transform.</p>`;
      return listPage(frame, list, view, await readRows(context.pool, frame.standing, list, view, pageRows + 1));
    });
  });
  app.get('/lists/:name/csv', async (request) => {
    const list = listOf(request);
    const { standing } = await frameOf(request);
    const lines = csvOf(context.pool, standing, list, viewOf(request, list));
    return request.body(Readable.toWeb(Readable.from(lines)) as ReadableStream, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${list.name}.csv"`,
    });
  });
  app.post('/lists/accept', async (request) => {
    const fields = await request.req.parseBody();
    const text = (name: string): string => String(fields[name] ?? '').trim();
    const { standing, session } = await frameOf(request);
    if (standing.workspace === undefined)
      throw new RefusedError('No workspace is known yet.', { stage: 'console', nextStep: 'itop-to-intercom load' });
    session.person = text('by');
    await acceptDifferences(context.pool, standing.workspace.idCode, {
      phase: text('phase'),
      ...(text('check') === '' ? {} : { check: text('check') }),
      ...(text('target_key') === '' ? {} : { targetKey: text('target_key') }),
      by: text('by'),
      reason: text('reason'),
    });
    return request.redirect(`/lists/${encodeURIComponent(text('list'))}`, 303);
  });
}

/** What of a list is asked for. */
interface View {
  readonly filter: string;
  readonly sort: string;
  readonly isDescending: boolean;
  readonly offsetKey: readonly [value: string, key: string] | undefined;
}

type Row = Readonly<Record<string, unknown>> & { readonly key: string };

function listOf(request: ConsoleRequest): WorkList {
  const list = workLists.find(({ name }) => name === request.req.param('name'));
  if (list === undefined)
    throw new RefusedError('There is no such list.', { stage: 'console', nextStep: 'Choose one of the work lists.' });
  return list;
}

function viewOf(request: ConsoleRequest, list: WorkList): View {
  const asked = request.req.query('sort') ?? '';
  const name = asked.replace(/^-/, '');
  const sort = list.columns.includes(name) ? name : (list.columns[0] ?? 'key');
  const [after, key] = [request.req.query('after'), request.req.query('key')];
  return {
    filter: (request.req.query('filter') ?? '').trim(),
    sort,
    isDescending: asked.startsWith('-'),
    offsetKey: after === undefined || key === undefined ? undefined : [after, key],
  };
}

/** Reads a page behind the last row of the one before: by its sorted value, then its key. Names of columns come from the definitions alone. */
async function readRows(pool: pg.Pool, standing: Standing, list: WorkList, view: View, limit: number): Promise<Row[]> {
  const { sort, isDescending, offsetKey, filter } = view;
  const [direction, beyond] = isDescending ? ['desc', '<'] : ['asc', '>'];
  const sorted = `coalesce(l.${sort}::text, '')`;
  const searched = list.columns.map((column) => `coalesce(l.${column}::text, '')`).join(` || ' ' || `);
  const { rows } = await pool.query<Row>(
    `select l.*, l.key::text as key, ${sorted} as sorted_value from (${list.query}) as l
     where ($2 = '' or ${searched} ilike '%' || $2 || '%')
       and ($3::text is null or (${sorted}, l.key::text) ${beyond} ($3, $4::text))
     order by ${sorted} ${direction}, l.key::text ${direction} limit ${limit}`,
    [
      standing.workspace?.idCode ?? '',
      filter.replace(/[\\%_]/g, '\\$&'),
      offsetKey?.[0] ?? null,
      offsetKey?.[1] ?? null,
    ],
  );
  return rows;
}

/** Everything that the filter shows, a page at a time. */
async function* csvOf(pool: pg.Pool, standing: Standing, list: WorkList, view: View): AsyncGenerator<string> {
  const options = { escapeFormulae: /^[=+\-@\t\r]/, newline: '\r\n' };
  yield `\ufeff${Papa.unparse([['key', ...list.columns]], options)}\r\n`;
  let offsetKey: View['offsetKey'];
  for (;;) {
    const rows = await readRows(pool, standing, list, { ...view, offsetKey }, 1_000);
    const last = rows.at(-1);
    if (last === undefined) return;
    const cells = rows.map((row) => [row.key, ...list.columns.map((column) => textOf(row[column]))]);
    yield `${Papa.unparse(cells, options)}\r\n`;
    offsetKey = [String(last.sorted_value), last.key];
  }
}

function listPage(frame: Frame, list: WorkList, view: View, rows: readonly Row[]): Html {
  const shown = rows.slice(0, pageRows);
  const last = shown.at(-1);
  const address = (changes: Readonly<Record<string, string>>): string => {
    const sort = `${view.isDescending ? '-' : ''}${view.sort}`;
    return `/lists/${list.name}?${new URLSearchParams({ filter: view.filter, sort, ...changes })}`;
  };
  const columns = [
    ...(list.isRecord ? [{ name: 'record', value: (row: Row): CellValue => recordLink(row.key) }] : []),
    ...list.columns.map((column) => ({
      name: column.replaceAll('_', ' '),
      value: (row: Row): CellValue => cellOf(row[column]),
      sort: address({ sort: view.sort === column && !view.isDescending ? `-${column}` : column }),
    })),
    ...(list.accept === undefined || frame.context.isReadOnly
      ? []
      : [{ name: 'decide', value: (row: Row): CellValue => acceptForm(frame, list, row) }]),
  ];
  return html`<p>${list.purpose}</p>
<form class="filter" action="/lists/${list.name}"><label>Filter <input name="filter" type="search" value="${view.filter}"></label> <button>Show</button>
<a href="/lists/${list.name}/csv?${new URLSearchParams({ filter: view.filter, sort: `${view.isDescending ? '-' : ''}${view.sort}` }).toString()}">as CSV</a></form>
${table(frame.standing, columns, shown, list.title)}
${rows.length > pageRows && last !== undefined ? html`<p><a rel="next" href="${address({ after: String(last.sorted_value), key: last.key })}">Next ${pageRows}</a></p>` : ''}`;
}

function acceptForm(frame: Frame, list: WorkList, row: Row): Html {
  const hidden = (name: string, value: unknown): Html =>
    html`<input type="hidden" name="${name}" value="${textOf(value)}">`;
  return html`<details><summary>accept</summary>${form(
    frame,
    '/lists/accept',
    html`${hidden('list', list.name)}${hidden('phase', row.phase)}${hidden('check', list.accept === undefined ? '' : row[list.accept])}${hidden('target_key', row.target_key)}
${byAndReason(frame)}<button>Accept this one</button>`,
  )}</details>`;
}

function cellOf(value: unknown): CellValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value;
  return textOf(value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
