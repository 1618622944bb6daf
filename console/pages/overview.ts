import { sql } from 'kysely';
import { readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import type { Step, StepName } from '../../platform/migration-step.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { fateWords, kindWords, whyUnexplained } from '../../reconcile/page-words.ts';
import { fates } from '../../reconcile/report/fates.ts';
import type { ConsoleApp } from '../console-app.ts';
import type { Standing } from '../console-context.ts';
import { nextStepOf } from '../lists/next-step.ts';
import { unexplainedRows } from '../lists/unexplained-rows.ts';
import { command, type Frame, later, table } from '../page.ts';
import { keysIn, namedLink, namedText } from '../records/record-names.ts';
import { readRunning } from '../running.ts';

/** Reasons shown on the overview: the rest is in the work list. */
const mostReasons = 10;

/** Time after which an open overview asks again. */
const refreshSeconds = 30;

/** Where the migration stands: its steps, the verdict, the numbers that matter, and the classes behind them. */
export function overviewRoutes({ app, show, part }: ConsoleApp): void {
  app.get('/', (request) =>
    show(
      request,
      '/',
      'Where the migration stands',
      async (frame) => html`${later('/overview/verdict', 'The verdict', refreshSeconds)}
${later('/overview/numbers', 'The numbers that matter', refreshSeconds)}
<h2>Steps</h2>
${await chain(frame)}
${later('/overview/classes', 'What becomes of each class')}`,
    ),
  );
  app.get('/overview/verdict', (request) => part(request, (frame) => verdict(frame)));
  app.get('/overview/numbers', (request) => part(request, (frame) => numbers(frame)));
  app.get('/overview/classes', (request) => part(request, (frame) => classes(frame)));
}

/** The chain of steps as `status` has it. What cannot be read of it is said in its place. */
async function chain({ context, standing }: Frame): Promise<Html> {
  const [{ steps, next }, running] = await Promise.all([
    context.operator.readProgress(standing.workspace?.idCode),
    readRunning(context.pool),
  ]);
  return html`<p>Next: ${toCopy(next)}</p>
<ol class="steps">${steps.map((step) => stepItem(standing, step, runsOf[step.name]?.some((name) => running.includes(name)) === true))}</ol>`;
}

/** What a step is called and does, and the page of the console on which a person does it. */
const stepWords: Readonly<Record<StepName, { readonly name: string; readonly words: string; readonly page?: string }>> =
  {
    extract: { name: 'Extract', words: 'read iTop into the warehouse' },
    map: { name: 'Map', words: 'a person decides what becomes of each class, attribute and value', page: '/mapping' },
    transform: { name: 'Transform', words: 'reshape it into what Intercom takes' },
    audit: { name: 'Audit', words: 'nothing forbids a load' },
    setup: { name: 'Set up by hand', words: 'a person sets in Intercom what its API cannot', page: '/setup' },
    silence: { name: 'Canary', words: 'nobody is notified and no bot answers' },
    sample: { name: 'Look at a sample', words: 'a person looks at some of each kind', page: '/sample' },
    load: { name: 'Load', words: 'write it into Intercom' },
    reconcile: { name: 'Reconcile', words: 'prove that everything arrived' },
    freeze: { name: 'Freeze', words: 'at the switch: iTop is as it was extracted' },
    proof: { name: 'Proof', words: 'after the freeze: every conversation is read back' },
  };

/** Runs by which a step is done. */
const runsOf: { readonly [name in StepName]?: readonly string[] } = {
  extract: ['extract', 'extract exports'],
  load: ['load'],
  reconcile: ['reconcile'],
  freeze: ['freeze'],
};

function stepItem({ clock }: Standing, { name, state, at, by, reason, next }: Step, isRunning: boolean): Html {
  const { name: title, words, page } = stepWords[name];
  if (isRunning)
    return html`<li class="running"><b>${title}</b> <span>${words}</span> <a href="/live">runs now</a></li>`;
  const here = page === undefined ? '' : html`<a href="${page}" aria-label="Open: ${title}">open</a>`;
  if (state === 'done') {
    const when = [at === null ? '' : clock.time(at), by === null ? '' : `by ${by}`].filter((text) => text !== '');
    return html`<li class="done"><b>${title}</b> <span>${when.join(', ')}</span></li>`;
  }
  if (state === 'waived')
    return html`<li class="waived"><b>${title}</b> <span>not done, but waived by ${by ?? 'nobody'}${reason === null ? '' : `: ${reason}`}</span> ${here}</li>`;
  return html`<li class="open"><b>${title}</b> <span>${words}</span> ${here === '' ? '' : html`${here}, or `}${toCopy(next)}</li>`;
}

/** Words that begin with a command: the command alone is to be copied. */
function toCopy(words: string): Html {
  const [, text = '', rest = ''] = /^(itop-to-intercom [^,;]*)?(.*)$/s.exec(words) ?? [];
  return html`${text === '' ? '' : command(text)}${rest === '' ? '' : html`<span>${rest}</span>`}`;
}

async function verdict({ standing, context }: Frame): Promise<Html> {
  if (!standing.hasRaw)
    return html`<p class="verdict">Nothing was extracted yet. Next: ${command('itop-to-intercom extract')}</p>`;
  if (!standing.isTransformed)
    return html`<p class="verdict">What was extracted was not transformed yet. Next: ${command('itop-to-intercom transform')}</p>`;
  if (standing.workspace === undefined)
    return html`<p class="verdict">Nothing was loaded yet: no workspace is known.</p>`;
  const { idCode } = standing.workspace;
  const { value: rows, at } = await context.kept.get(unexplainedRows.keptAs(idCode), () =>
    unexplainedRows.read(context.pool, idCode),
  );
  const asOf = html`<p class="dim">As of ${standing.clock.time(at)}.</p>`;
  if (rows.length === 0)
    return html`<p class="verdict green">Green: everything that iTop counted is accounted for.</p>${asOf}`;
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const isLoading = (await readRunning(context.pool)).includes('load');
  const shown = [...rows].sort((a, b) => b.count - a.count).slice(0, mostReasons);
  const names = await readNames(
    context.pool,
    shown.flatMap((row) => [row.example, ...keysIn(row.reason)]),
  );
  const things = total === 1 ? '1 thing is' : `${total.toLocaleString('en')} things are`;
  return html`<p class="verdict red">Not green yet: ${things} not accounted for.</p>
${table(
  standing,
  [
    { name: 'How many', value: (row) => row.count },
    { name: 'Of what', value: (row) => `${row.class ?? ''} ${kindWords(row.item_kind)}`.trim() },
    { name: 'Why', value: (row) => namedText(names, whyUnexplained(row.kind, row.reason, row.check_name)) },
    { name: 'For example', value: (row) => (row.example === null ? null : namedLink(names, row.example)) },
    {
      name: 'What to do',
      value: (row) =>
        isLoading && isLoadedByLoad(row.kind)
          ? html`<a href="/live">It is being loaded</a>`
          : nextStepOf(row.kind, row.reason, row.check_name),
    },
  ],
  shown,
  'What is not accounted for',
)}
${rows.length <= shown.length ? '' : html`<p><a href="/lists/unexplained">All ${rows.length} reasons</a></p>`}${asOf}`;
}

/** What a running load brings by itself. */
const isLoadedByLoad = (kind: string): boolean => kind === 'pending' || kind === 'uncertain';

interface ClassRow {
  class: string;
  item_kind: string;
  itop_count: number | null;
  loaded: number;
  merged: number;
  excluded: number;
  handed_off: number;
  reference: number;
  failed: number;
  blocked: number;
  pending: number;
  deleted_at_source: number;
}

async function readClasses(frame: Frame): Promise<readonly ClassRow[]> {
  const { context, standing } = frame;
  if (!standing.hasViews || !standing.isTransformed) return [];
  const { value } = await context.kept.get(`classes ${standing.workspace?.idCode ?? ''}`, () => countClasses(frame));
  return value;
}

async function countClasses({ context, standing }: Frame): Promise<ClassRow[]> {
  return warehouse(context.pool)
    .selectFrom('reconcile.count_by_class')
    .select(['class', 'item_kind'])
    .select((row) => row.cast<number | null>('itop_count', 'integer').as('itop_count'))
    .select((row) => fates.map((fate) => row.cast<number>(fate, 'integer').as(fate)))
    .where('workspace_id_code', 'is not distinct from', standing.workspace?.idCode ?? null)
    .orderBy('class')
    .orderBy('item_kind', 'desc')
    .execute();
}

async function numbers(frame: Frame): Promise<Html> {
  const rows = (await readClasses(frame)).filter((row) => row.item_kind === 'object');
  const sums = fates.map((fate) => ({ fate, count: rows.reduce((sum, row) => sum + row[fate], 0) }));
  const db = warehouse(frame.context.pool);
  const { seconds } = await db
    .selectFrom('ops.run')
    .select(sql<number | null>`extract(epoch from clock_timestamp() - max(ended_at))::float8`.as('seconds'))
    .where('state', '=', 'done')
    .where('command', 'in', ['extract', 'extract --delta'])
    .executeTakeFirstOrThrow();
  const { failures } = await db
    .selectFrom('reconcile.load_error')
    .select(rowCount.as('failures'))
    .where('workspace_id_code', '=', frame.standing.workspace?.idCode ?? '')
    .where('state', 'in', ['failed', 'blocked'])
    .where('is_accepted', '=', false)
    .executeTakeFirstOrThrow();
  return html`<dl class="numbers">
<div class="${failures === 0 ? '' : 'failed'}"><dt>failures to decide on</dt><dd><a href="/lists/failures">${failures.toLocaleString('en')}</a></dd></div>
<div><dt>last read from iTop</dt><dd>${seconds === null ? 'never' : `${durationOf(seconds)} ago`}</dd></div>${sums
    .filter(({ count }) => count > 0)
    .map(
      ({ fate, count }) =>
        html`<div class="${fate}"><dt>${fateWords(fate)}</dt><dd>${count.toLocaleString('en')}</dd></div>`,
    )}</dl>
<p class="dim">Objects of iTop by what became of them.</p>`;
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** The classes by what becomes of most of their objects. */
async function classes(frame: Frame): Promise<Html> {
  const rows = await readClasses(frame);
  if (rows.length === 0) return html``;
  const groups = Map.groupBy(rows, (row) => [...fates].sort((a, b) => row[b] - row[a])[0] ?? 'loaded');
  return html`<h2>What becomes of each class</h2>${fates.flatMap((fate) => {
    const group = (groups.get(fate) ?? []).filter(
      (row) => (row.itop_count ?? 0) > 0 || fates.some((each) => row[each] > 0),
    );
    if (group.length === 0) return [];
    const used = fates.filter((each) => group.some((row) => row[each] > 0));
    const content = table(
      frame.standing,
      [
        { name: 'Class', value: (row) => (row.item_kind === 'log_entry' ? `${row.class}: log entries` : row.class) },
        { name: 'Counted by iTop', value: (row) => row.itop_count },
        ...used.map((each) => ({
          name: fateWords(each),
          value: (row: ClassRow) => (row[each] === 0 ? null : row[each]),
        })),
      ],
      group,
      `Classes: ${fateWords(fate)}`,
    );
    return [
      html`<details${fate === 'loaded' ? html` open` : ''}><summary>${fateWords(fate)}: ${group.length} ${group.length === 1 ? 'class' : 'classes'}</summary>${content}</details>`,
    ];
  })}`;
}
