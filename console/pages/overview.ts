import { sql } from 'kysely';
import { readNames } from '../../itop/record-names.ts';
import { type Html, html } from '../../platform/html.ts';
import { rowCount, warehouse } from '../../platform/warehouse.ts';
import { fateWords, kindWords, whyUnexplained } from '../../reconcile/page-words.ts';
import { fates } from '../../reconcile/report/fates.ts';
import { readUnexplained } from '../../reconcile/unexplained.ts';
import { changedSince, readConfirmation } from '../../transform/mapping/read-confirmation.ts';
import type { ConsoleApp } from '../console-app.ts';
import type { ConsoleContext, Standing } from '../console-context.ts';
import { nextStepOf } from '../lists/next-step.ts';
import { command, type Frame, later, table } from '../page.ts';
import { keysIn, namedLink, namedText } from '../records/record-names.ts';
import { readRunning } from '../running.ts';

/** Reasons shown on the overview: the rest is in the work list. */
const mostReasons = 10;

/** Time after which an open overview asks again. */
const refreshSeconds = 30;

/** Where the migration stands: its steps, the verdict, the numbers that matter, and the classes behind them. */
export function overviewRoutes({ app, show, part, context }: ConsoleApp): void {
  app.get('/', (request) =>
    show(request, '/', 'Where the migration stands', async ({ standing }) => {
      const steps = await readSteps(context, standing);
      return html`${later('/overview/verdict', 'The verdict', refreshSeconds)}
${later('/overview/numbers', 'The numbers that matter', refreshSeconds)}
<h2>Steps</h2>
<ol class="steps">${steps.map(stepItem)}</ol>
${later('/overview/classes', 'What becomes of each class')}`;
    }),
  );
  app.get('/overview/verdict', (request) => part(request, (frame) => verdict(frame)));
  app.get('/overview/numbers', (request) => part(request, (frame) => numbers(frame)));
  app.get('/overview/classes', (request) => part(request, (frame) => classes(frame)));
}

interface Step {
  readonly name: string;
  readonly words: string;
  readonly command: string;
  readonly doneAt: Date | null;
  readonly by: string | null;
}

interface ShownStep extends Step {
  readonly at: string;
  readonly isRunning: boolean;
}

/** The chain of steps with when each was done last; a step that a later one made stale counts as not done. */
async function readSteps(
  { pool, mappingFile }: ConsoleContext,
  { workspace, clock }: Standing,
): Promise<readonly ShownStep[]> {
  const idCode = workspace?.idCode ?? '';
  const { rows } = await pool.query<{ subject: string; done_at: Date | null; by: string | null }>(
    `select 'run ' || command as subject, max(ended_at) as done_at, null as by
     from ops.run where state = 'done' and coalesce(workspace_id_code, $1) = $1 group by command
     union all
     select subject, confirmed_at, confirmed_by from ops.confirmation
     where workspace_id_code = $1 and subject <> 'mapping'
     union all
     select 'transform', max(refreshed_at), null from ops.materialised
     having max(refreshed_at) is not null and not exists (select from ops.changed_object)
     union all
     (select 'sample', accepted_at, accepted_by from ops.sample_acceptance where fingerprint = ops.mapping_fingerprint()
      order by acceptance_id desc limit 1)`,
    [idCode],
  );
  const runs = new Set((await readRunning(pool)).map((name) => `run ${name}`));
  const done = new Map(rows.map((row) => [row.subject, row]));
  const mapping = await readConfirmation(pool, idCode);
  if (
    mapping !== undefined &&
    (mapping.fingerprint === 'rehearsal' || changedSince(mapping, mappingFile) === undefined)
  )
    done.set('mapping', { subject: 'mapping', done_at: mapping.at, by: mapping.by });
  const step = (name: string, words: string, text: string, ...subjects: readonly string[]): ShownStep => {
    const found = subjects.map((subject) => done.get(subject)).find((row) => row !== undefined);
    const doneAt = found?.done_at ?? null;
    return {
      name,
      words,
      command: `itop-to-intercom ${text}`,
      doneAt,
      by: found?.by ?? null,
      at: doneAt === null ? '' : clock.time(doneAt),
      isRunning: subjects.some((subject) => runs.has(subject)),
    };
  };
  return [
    step('Extract', 'read iTop into the warehouse', 'extract', 'run extract', 'run extract exports'),
    step(
      'Map',
      'a person decides what becomes of each class, attribute and value',
      'map confirm --by "Your Name"',
      'mapping',
    ),
    step('Transform', 'reshape it into what Intercom takes', 'transform', 'transform'),
    step('Look at a sample', 'a person looks at some of each kind', 'sample', 'sample'),
    step('Set up by hand', 'a person sets in Intercom what its API cannot', 'audit sheet', 'setup'),
    step('Canary', 'nobody is notified and no bot answers', 'canary send --address you@example.com', 'silence'),
    step('Audit', 'nothing forbids a load', 'audit', 'audit'),
    step('Load', 'write it into Intercom', 'load', 'run load'),
    step('Reconcile', 'prove that everything arrived', 'reconcile', 'run reconcile'),
    step('Freeze', 'at the switch: iTop is as it was extracted', 'freeze', 'run freeze'),
  ];
}

/** Steps that a person takes on a page of the console. */
const pages: ReadonlyMap<string, string> = new Map([
  ['Map', '/mapping'],
  ['Look at a sample', '/sample'],
  ['Set up by hand', '/setup'],
]);

function stepItem(step: ShownStep): Html {
  if (step.isRunning)
    return html`<li class="running"><b>${step.name}</b> <span>${step.words}</span> <a href="/live">runs now</a></li>`;
  return step.doneAt === null
    ? html`<li class="open"><b>${step.name}</b> <span>${step.words}</span> ${pages.has(step.name) ? html`<a href="${pages.get(step.name)}">here</a>, or ` : ''}${command(step.command)}</li>`
    : html`<li class="done"><b>${step.name}</b> <span>${step.at}${step.by === null ? '' : `, by ${step.by}`}</span></li>`;
}

async function verdict({ standing, context }: Frame): Promise<Html> {
  if (!standing.hasRaw)
    return html`<p class="verdict">Nothing was extracted yet. Next: ${command('itop-to-intercom extract')}</p>`;
  if (!standing.isTransformed)
    return html`<p class="verdict">What was extracted was not transformed yet. Next: ${command('itop-to-intercom transform')}</p>`;
  if (standing.workspace === undefined)
    return html`<p class="verdict">Nothing was loaded yet: no workspace is known.</p>`;
  const { idCode } = standing.workspace;
  const { value: rows, at } = await context.kept.get(`unexplained ${idCode}`, () =>
    readUnexplained(context.pool, { workspaceIdCode: idCode }),
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
