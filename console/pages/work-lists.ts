import { Readable } from 'node:stream';
import { type RawBuilder, sql } from 'kysely';
import type pg from 'pg';
import { type RecordNames, readNames } from '../../itop/record-names.ts';
import { csvStart, toCsv } from '../../platform/csv.ts';
import { RefusedError } from '../../platform/errors.ts';
import { type Html, html } from '../../platform/html.ts';
import { warehouse } from '../../platform/warehouse.ts';
import { workListTitles } from '../../platform/work-list-titles.ts';
import { acceptDifferences } from '../../reconcile/accept-differences.ts';
import type { ConsoleApp, ConsoleRequest } from '../console-app.ts';
import type { Standing } from '../console-context.ts';
import { nameOf } from '../form-fields.ts';
import type { ListColumn, Row, WorkList } from '../lists/work-list.ts';
import { workListGroups, workLists } from '../lists/work-lists.ts';
import { NoSuchPageError } from '../no-such-page-error.ts';
import { byAndReason, type CellValue, command, type Frame, form, later, table } from '../page.ts';
import { keysIn, namedLink, namedText } from '../records/record-names.ts';

/** Rows on one page. */
const pageRows = 100;

/** Rows that are counted: more is more than anybody goes through by hand. */
const countedRows = 10_000;

const nothingYet = html`<p>Nothing to list yet: what iTop holds was not transformed. Next: ${command('itop-to-intercom transform')}</p>`;

/** Lists of what a person has to look at: filter, sort, page, export exactly what is shown, decide. */
export function workListRoutes({ app, show, part, frameOf, recorded, context }: ConsoleApp): void {
  app.get('/lists', (request) =>
    show(request, '/lists', 'Work lists', ({ standing }) =>
      standing.isTransformed
        ? html`${workListGroups.map(({ title, lists }) => html`<h2>${title}</h2><ul class="lists">${lists.map((list) => html`<li><a href="/lists/${list.name}"><b>${workListTitles[list.name]}</b></a> <span class="later count" data-src="/lists/${list.name}/count"></span><br><span class="dim">${list.purpose}</span></li>`)}</ul>`)}`
        : nothingYet,
    ),
  );
  app.get('/lists/:name', async (request) => {
    const list = listOf(request);
    const view = viewOf(request, list);
    return show(request, '/lists', workListTitles[list.name], async (frame) => {
      if (!frame.standing.isTransformed) return nothingYet;
      if (list.isAddedUp === true && frame.context.kept.peek(keptName(frame, list)) === undefined)
        return html`<p class="purpose">${list.purpose}</p>${later(`/lists/${list.name}/rows${new URL(request.req.url).search}`, 'Its rows')}`;
      return listPage(frame, list, view, await rowsOf(frame, list, view, pageRows + 1));
    });
  });
  app.get('/lists/:name/rows', (request) => {
    const list = listOf(request);
    const view = viewOf(request, list);
    return part(request, async (frame) =>
      rowsContent(frame, list, view, await rowsOf(frame, list, view, pageRows + 1)),
    );
  });
  app.get('/lists/:name/count', (request) =>
    part(request, async (frame) => html`${await countOf(frame, listOf(request))}`),
  );
  app.get('/lists/:name/csv', async (request) => {
    const list = listOf(request);
    const lines = csvOf(await frameOf(request), list, viewOf(request, list));
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
    session.person = nameOf(text('by'));
    if (text('reason') === '' || text('target_key') === '')
      throw new RefusedError('An acceptance is of one object, and needs a reason.', {
        stage: 'console',
        nextStep: 'Go back, and say why it may stay as it is.',
      });
    await acceptDifferences(context.pool, standing.workspace.idCode, {
      phase: text('phase'),
      ...(text('check') === '' ? {} : { check: text('check') }),
      targetKey: text('target_key'),
      by: session.person,
      reason: text('reason'),
    });
    // Back to the same filter, order and page.
    const address = `/lists/${encodeURIComponent(text('list'))}?${new URLSearchParams(text('view'))}`;
    return recorded(request, address, html`You accepted it, ${session.person}: ${text('reason')}`);
  });
}

/** What of a list is asked for. */
interface View {
  readonly filter: string;
  readonly sort: ListColumn;
  readonly isDescending: boolean;
  readonly offsetKey: readonly [value: string, key: string] | undefined;
}

function listOf(request: ConsoleRequest): WorkList {
  const list = workLists.find(({ name }) => name === request.req.param('name'));
  if (list === undefined) throw new NoSuchPageError('such list');
  return list;
}

function viewOf(request: ConsoleRequest, list: WorkList): View {
  const column = (asked: string): ListColumn | undefined =>
    list.columns.find(({ name }) => name === asked.replace(/^-/, ''));
  const wanted = request.req.query('sort') ?? list.sort;
  const asked = column(wanted) === undefined ? list.sort : wanted;
  const sort = column(asked);
  if (sort === undefined) throw new Error(`${list.name} is sorted by no column of its own`);
  const [after, key] = [request.req.query('after'), request.req.query('key')];
  return {
    filter: (request.req.query('filter') ?? '').trim(),
    sort,
    isDescending: asked.startsWith('-'),
    offsetKey: after === undefined || key === undefined ? undefined : [after, key],
  };
}

const workspaceOf = ({ standing }: Frame): string => standing.workspace?.idCode ?? '';

const keptName = (frame: Frame, { name, shared }: WorkList): string =>
  shared?.keptAs(workspaceOf(frame)) ?? `list ${name} ${workspaceOf(frame)}`;

function queryOf({ name, query }: WorkList, workspaceIdCode: string): RawBuilder<Row> {
  if (query === undefined) throw new Error(`${name} is asked for by no query: its rows are shared`);
  return query(workspaceIdCode);
}

/** All rows of a list that is added up. */
async function keptRows(frame: Frame, list: WorkList): Promise<readonly Row[]> {
  const { kept, pool } = frame.context;
  const { value } = await kept.get(keptName(frame, list), async () => {
    if (list.shared !== undefined) return list.shared.read(pool, workspaceOf(frame));
    const query = queryOf(list, workspaceOf(frame));
    return (await sql<Row>`select l.*, l.key::text as key from (${query}) as l`.execute(warehouse(pool))).rows;
  });
  return value;
}

/** A page of a list, from what is kept or from the warehouse. */
async function rowsOf(frame: Frame, list: WorkList, view: View, limit: number): Promise<readonly Row[]> {
  return list.isAddedUp === true
    ? pageOf(await keptRows(frame, list), list, view, limit)
    : readRows(frame.context.pool, frame.standing, list, view, limit);
}

/** The same as `readRows`, of rows that are here. */
function pageOf(rows: readonly Row[], list: WorkList, view: View, limit: number): Row[] {
  const { sort, isDescending, offsetKey } = view;
  const isNumber = sort.type === 'number';
  const sorted = (row: Row): string =>
    row[sort.name] == null ? (isNumber ? '-Infinity' : '') : textOf(row[sort.name]);
  const compare = (a: readonly [string, string], b: readonly [string, string]): number => {
    const values = isNumber ? Number(a[0]) - Number(b[0]) || 0 : a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
    return (values || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0)) * (isDescending ? -1 : 1);
  };
  const filter = view.filter.toLowerCase();
  return rows
    .filter(
      (row) =>
        filter === '' ||
        list.columns
          .map(({ name }) => textOf(row[name]))
          .join(' ')
          .toLowerCase()
          .includes(filter),
    )
    .map((row) => ({ ...row, sorted_value: sorted(row) }))
    .sort((a, b) => compare([a.sorted_value, a.key], [b.sorted_value, b.key]))
    .filter((row) => offsetKey === undefined || compare([row.sorted_value, row.key], offsetKey) > 0)
    .slice(0, limit);
}

/** Types by which columns are sorted, and what stands for a missing value: it comes first. */
const sortTypes = {
  number: [sql`float8`, sql`'-infinity'`],
  time: [sql`timestamptz`, sql`'-infinity'`],
  text: [sql`text`, sql`''`],
} as const;

/** Reads a page behind the last row of the one before: by its sorted value, then its key. */
async function readRows(pool: pg.Pool, standing: Standing, list: WorkList, view: View, limit: number): Promise<Row[]> {
  const { sort, isDescending, offsetKey, filter } = view;
  const [direction, beyond] = isDescending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const [type, missing] = sortTypes[sort.type ?? 'text'];
  const sorted = sql`coalesce(${sql.ref(`l.${sort.name}`)}::${type}, ${missing}::${type})`;
  const words = list.columns.map(({ name }) => sql`coalesce(${sql.ref(`l.${name}`)}::text, '')`);
  const conditions = [
    ...(filter === '' ? [] : [sql`${sql.join(words, sql` || ' ' || `)} ilike ${patternOf(filter)}`]),
    ...(offsetKey === undefined
      ? []
      : [sql`(${sorted}, l.key::text) ${beyond} (${offsetKey[0]}::${type}, ${offsetKey[1]}::text)`]),
  ];
  const { rows } = await sql<Row>`
    select l.*, l.key::text as key, ${sorted}::text as sorted_value from (${queryOf(list, standing.workspace?.idCode ?? '')}) as l
    where ${sql.join([sql.lit(true), ...conditions], sql` and `)}
    order by ${sorted} ${direction}, l.key::text ${direction} limit ${limit}`.execute(warehouse(pool));
  return rows;
}

/** Matches texts that hold these words as they are. */
const patternOf = (words: string): string => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

/** Everything that the filter shows, a page at a time. */
async function* csvOf(frame: Frame, list: WorkList, view: View): AsyncGenerator<string> {
  const columns = list.columns.map(({ name }) => name);
  yield csvStart + toCsv(columns, []);
  let offsetKey: View['offsetKey'];
  for (;;) {
    const rows = await rowsOf(frame, list, { ...view, offsetKey }, 1_000);
    const last = rows.at(-1);
    if (last === undefined) return;
    const withHeader = false;
    yield toCsv(
      columns,
      rows.map((row) => Object.fromEntries(columns.map((name) => [name, textOf(row[name])]))),
      withHeader,
    );
    offsetKey = [String(last.sorted_value), last.key];
  }
}

async function listPage(frame: Frame, list: WorkList, view: View, rows: readonly Row[]): Promise<Html> {
  return html`<p class="purpose">${list.purpose}</p>${await rowsContent(frame, list, view, rows)}`;
}

/** The filter, the rows and the way to the next ones. */
async function rowsContent(frame: Frame, list: WorkList, view: View, rows: readonly Row[]): Promise<Html> {
  const shown = rows.slice(0, pageRows);
  const last = shown.at(-1);
  const sort = `${view.isDescending ? '-' : ''}${view.sort.name}`;
  const address = (changes: Readonly<Record<string, string>>, path = ''): string =>
    `/lists/${list.name}${path}?${new URLSearchParams({ filter: view.filter, sort, ...changes })}`;
  const [after, key] = view.offsetKey ?? [];
  const here = new URLSearchParams({ filter: view.filter, sort });
  if (after !== undefined && key !== undefined) {
    here.set('after', after);
    here.set('key', key);
  }
  const names = await readNames(
    frame.context.pool,
    shown.flatMap((row) => [
      ...list.records.map((column) => (row[column] == null ? null : String(row[column]))),
      ...list.columns.flatMap(({ name }) => (typeof row[name] === 'string' ? keysIn(row[name]) : [])),
    ]),
  );
  const columns = [
    ...list.columns.map((column) => ({
      name: column.label,
      value: (row: Row): CellValue => cellOf(list, column, row, names),
      sort: address({ sort: view.sort === column && !view.isDescending ? `-${column.name}` : column.name }),
      order: view.sort !== column ? undefined : view.isDescending ? ('descending' as const) : ('ascending' as const),
    })),
    ...(list.accept === undefined || frame.context.isReadOnly
      ? []
      : [{ name: 'Decide', value: (row: Row): CellValue => acceptForm(frame, list, row, here) }]),
  ];
  const more = rows.length > pageRows && last !== undefined;
  return html`<form class="filter" action="/lists/${list.name}"><label for="filter">Filter</label> <input id="filter" name="filter" type="search" value="${view.filter}"><input type="hidden" name="sort" value="${sort}"><button>Show</button>
${shown.length === 0 ? '' : html`<span class="dim">${countWords(shown.length, more, view)}</span> <a href="${address({}, '/csv')}">Save as CSV</a>`}</form>
${table(frame.standing, columns, shown, workListTitles[list.name], view.filter === '' ? list.empty : 'Nothing here holds these words.')}
${more ? html`<p><a rel="next" href="${address({ after: String(last.sorted_value), key: last.key })}">Next ${pageRows}</a></p>` : ''}`;
}

function countWords(count: number, more: boolean, { offsetKey }: View): string {
  const rows = count === 1 ? '1 row' : `${count} rows`;
  if (more) return offsetKey === undefined ? `the first ${rows}` : `${rows}, and more`;
  return offsetKey === undefined ? rows : `the last ${rows}`;
}

/** How many rows a list has. */
async function countOf(frame: Frame, list: WorkList): Promise<string> {
  const { standing, context } = frame;
  const { pool } = context;
  if (!standing.isTransformed) return '';
  if (list.isAddedUp === true) return (await keptRows(frame, list)).length.toLocaleString('en');
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count
    from (select from (${queryOf(list, workspaceOf(frame))}) as l limit ${countedRows + 1}) as counted`.execute(
    warehouse(pool),
  );
  const count = rows[0]?.count ?? 0;
  return count > countedRows ? `more than ${countedRows.toLocaleString('en')}` : count.toLocaleString('en');
}

function acceptForm(frame: Frame, list: WorkList, row: Row, view: URLSearchParams): Html {
  const hidden = (name: string, value: unknown): Html =>
    html`<input type="hidden" name="${name}" value="${textOf(value)}">`;
  return html`<details><summary>Accept</summary>${form(
    frame,
    '/lists/accept',
    html`${hidden('list', list.name)}${hidden('view', view.toString())}${hidden('phase', row.phase)}${hidden('check', list.accept === undefined ? '' : row[list.accept])}${hidden('target_key', row.target_key)}
${byAndReason(frame)}<button>Accept this one</button>`,
  )}</details>`;
}

function cellOf(list: WorkList, column: ListColumn, row: Row, names: RecordNames): CellValue {
  if (column.show !== undefined) return column.show(row, names);
  const value = row[column.name];
  if (value === null || value === undefined) return null;
  if (list.records.includes(column.name)) return namedLink(names, String(value));
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value;
  return namedText(names, textOf(value));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
