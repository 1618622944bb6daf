import { clockOf } from '../../platform/clock.ts';
import { type Html, html } from '../../platform/html.ts';
import { type MailedColumn, mailedPage, mailedTable, section } from '../../platform/mailed-page.ts';
import { checkWords, fateWords, outcomeWords, phaseWords, reasonWords } from '../page-words.ts';
import type { Unexplained } from '../unexplained.ts';
import type { ReportData, Row } from './collect-report.ts';
import type { Message, SideBySide } from './draw-threads.ts';
import { fates } from './fates.ts';
import { capped, checkTable, column, nameOf, unexplainedDetails, unexplainedSummary } from './page-parts.ts';
import { barPlot, rankPlot } from './plots.ts';

/** Addresses of both systems, for links from a thread; absent where they are not configured. */
export interface ReportLinks {
  readonly itopUrl?: string | undefined;
  readonly intercomUrl: string;
}

/** Characters of one body, and messages of one thread, on the page: long ones would push the rest away. */
const [bodyShown, messagesShown] = [300, 6];

/** Reasons and acceptances on the page; all of them are in the files. */
const groupsShown = 60;

/** The report as one page that needs nothing else: to be mailed, printed and signed. */
export function reportPage(data: ReportData, links: ReportLinks): string {
  const n = (name: string): number => Number(data.totals[name] ?? 0);
  return mailedPage({
    title: 'Migration report: iTop to Intercom',
    verdict: verdictSentence(data),
    isGreen: isReportGreen(data),
    facts: `Workspace ${data.workspaceName} (${data.workspaceIdCode}). Made ${clockOf(data.timezone).stated(new Date(data.madeAt))}; all times in that zone.`,
    numbers: [
      { label: 'counted by iTop', value: n('itop_count') },
      ...fates
        .map((fate) => ({ label: fateWords(fate), value: n(fate), isAlarm: alarming.has(fate) }))
        .filter(({ value }) => value > 0),
      { label: 'without an explanation', value: n('difference'), isAlarm: n('difference') !== 0 },
    ],
    summary: html`${unexplainedSummary(data.unexplained, data.names)}
${data.accepted.length === 0 ? '' : html`<p>${acceptedWords(data)} accepted by name: see “Accepted differences”.</p>`}`,
    statement: 'I looked at the counts, the differences and the threads of this report.',
    details: html`${unexplainedDetails(data.unexplained, data.names)}
${section('What became of every object', html`<p class="dim">iTop's own count of each class that it fills, and what became of its objects and of the entries of their logs.</p>${classTable(data.byClass)}`)}
${section('Steps of the load', phaseTable(data.byPhase))}
${section('Checks', checkTable(data.byCheck))}
${plots(data)}
${differences(data)}
${laterChanges(data)}
${section('Not in Intercom, and why', notLoaded(data))}
${section('Accepted differences', accepted(data))}
${section('Not checked, and why', html`<ul>${data.notChecked.map((line) => html`<li>${line}</li>`)}</ul>`)}
${data.rollbacks.length === 0 ? '' : section('Rolled back', mailedTable('Rolled back', [column('plan', 'Plan'), column('state', 'State'), column('planned_at', 'Planned'), column('done', 'Taken back'), column('kept', 'Kept'), column('failed', 'Failed')], data.rollbacks))}
${threads(data, links)}
${section('Made by', hashes(data))}`,
  });
}

const alarming: ReadonlySet<string> = new Set(['pending', 'blocked', 'failed']);

export function isReportGreen({ unexplained }: ReportData): boolean {
  return unexplained.length === 0;
}

/** The verdict with its denominators. */
export function verdictSentence(data: ReportData): string {
  const { totals, checks, unexplained } = data;
  const n = (row: Row, name: string) => Number(row[name] ?? 0).toLocaleString('en');
  const sum = (chosen: readonly Unexplained[]) => chosen.reduce((total, row) => total + row.count, 0);
  const open = sum(unexplained);
  const checksLeft = sum(unexplained.filter((row) => row.kind === 'check'));
  const outcome = isReportGreen(data)
    ? `Green: all ${n(totals, 'itop_count')} objects that iTop counts are accounted for.`
    : `Not green: ${open.toLocaleString('en')} ${open === 1 ? 'thing is' : 'things are'} not accounted for. iTop counts ${n(totals, 'itop_count')} objects.`;
  const checked = `${n(checks, 'checks')} checks over ${n(checks, 'fields_checked')} fields`;
  const found =
    Number(checks.failed ?? 0) + Number(checks.unknown ?? 0) === 0
      ? `${checked} found everything as it was sent, or as the rules say.`
      : `Of ${checked} ${n(checks, 'failed')} found a difference and ${n(checks, 'unknown')} could not be made (${checksLeft.toLocaleString('en')} of these not accepted by anybody).`;
  return `${outcome} ${n(totals, 'loaded')} objects are in Intercom. ${found}`;
}

function classTable(rows: readonly Row[]): Html {
  const used = rows.filter((row) =>
    [...fates, 'itop_count', 'difference'].some((name) => Number(row[name] ?? 0) !== 0),
  );
  return mailedTable<Row>(
    'What became of every object',
    [
      { name: 'Class', value: (row) => `${row.class}${row.item_kind === 'log_entry' ? ': log entries' : ''}` },
      column('itop_count', 'Counted by iTop'),
      ...fates.map((fate) => column(fate, fateWords(fate))),
      column('difference', 'without an explanation'),
    ],
    used,
  );
}

function phaseTable(rows: readonly Row[]): Html {
  return mailedTable<Row>(
    'Steps of the load',
    [
      column('phase', 'What', phaseWords),
      column('loaded', 'In Intercom'),
      column('created', 'created'),
      column('linked', 'were there before'),
      column('failed', 'failed'),
      column('blocked', 'wait for what failed'),
      {
        name: 'The next step',
        value: (row) => (row.gate_open === true ? 'may start' : `must wait: ${String(row.reason ?? '')}`),
      },
    ],
    rows.filter((row) => ['loaded', 'failed', 'blocked'].some((name) => Number(row[name] ?? 0) !== 0)),
  );
}

function notLoaded({ notLoaded: rows }: ReportData): Html {
  return capped(
    'Not in Intercom, and why',
    [
      column('count', 'How many'),
      { name: 'Of what', value: (row) => `${row.class}${row.kind === 'log_entry' ? ': log entries' : ''}` },
      column('disposition', 'What became of them', fateWords),
      column('reason', 'Why', reasonWords),
      column('example', 'For example'),
    ],
    rows.slice(0, groupsShown),
    rows.length,
    'not_loaded.csv',
  );
}

function acceptedWords({ accepted: rows }: ReportData): string {
  const count = rows.reduce((sum, row) => sum + Number(row.count), 0);
  return `${count.toLocaleString('en')} ${count === 1 ? 'difference was' : 'differences were'}`;
}

function accepted({ accepted: rows }: ReportData): Html {
  return capped(
    'Accepted differences',
    [
      column('check_name', 'What', checkWords),
      column('phase', 'Among', phaseWords),
      column('target_key', 'Of'),
      column('accepted_by', 'Accepted by'),
      column('reason', 'Reason'),
      column('accepted_at', 'At'),
    ],
    rows.slice(0, groupsShown),
    rows.length,
    'report.json',
  );
}

function plots(data: ReportData): Html {
  const drawn = [
    barPlot(
      'Tickets by month of their start: in iTop (pale), loaded (dark)',
      data.months.map((row) => ({ label: row.month, value: row.source, part: row.loaded })),
    ),
    barPlot(
      'Calls to Intercom over time',
      data.callsOverTime.map((row) => ({ label: row.at, value: row.calls })),
    ),
    rankPlot(
      'Checks that are not equal, by reason',
      data.reasons.map((row) => ({ label: outcomeWords(row.reason), value: row.count })),
    ),
  ];
  return section('Charts', html`<div class="plots">${drawn}</div>`);
}

function differences(data: ReportData): Html {
  if (data.differenceCount === 0) return section('Differences', html`<p>None: every check found what was sent.</p>`);
  const columns: MailedColumn<Row>[] = [
    { name: 'Record', value: (row) => nameOf(data.names, String(row.target_key)) },
    {
      name: 'What',
      value: (row) =>
        [checkWords(String(row.check_name)), String(row.field ?? '').replaceAll('_', ' ')]
          .filter((word) => word !== '')
          .join(': '),
    },
    column('expected', 'As sent', (value) => nameOf(data.names, value)),
    column('actual', 'As found', (value) => nameOf(data.names, value)),
    {
      name: 'Outcome',
      value: (row) =>
        row.is_failure === true
          ? row.accepted_by == null
            ? 'open'
            : `accepted by ${row.accepted_by}`
          : outcomeWords(String(row.reason_code ?? row.verdict)),
    },
  ];
  return section(
    'Differences',
    capped('Differences', columns, data.differences, data.differenceCount, 'differences.csv'),
  );
}

function laterChanges(data: ReportData): Html | null {
  if (data.laterChangeCount === 0) return null;
  const columns = [
    column('target_key', 'Record'),
    column('field', 'Field'),
    column('loaded', 'As loaded'),
    column('now', 'Now'),
  ];
  return section(
    'Changed in Intercom after the load',
    html`<p>Right when they were loaded, different now: somebody works with them. They count as equal.</p>${capped('Changed in Intercom after the load', columns, data.laterChanges, data.laterChangeCount, 'later_changes.csv')}`,
  );
}

function threads(data: ReportData, links: ReportLinks): Html | null {
  if (data.threads.length === 0) return null;
  const items = data.threads.map((thread) => threadItem(thread, links, data.workspaceIdCode));
  return section(
    `Threads drawn at random with the seed ${data.seed}`,
    html`<p>Left: as iTop holds them. Right: as they were sent; the checks say whether Intercom holds them so. All times in ${data.timezone}.</p>${items}`,
  );
}

function threadItem(thread: SideBySide, { itopUrl, intercomUrl }: ReportLinks, idCode: string): Html {
  const itop =
    itopUrl === undefined
      ? html`${thread.sourceKey}`
      : link(
          `${itopUrl.replace(/\/+$/, '')}/pages/UI.php?operation=details&class=${encodeURIComponent(thread.itopClass)}&id=${encodeURIComponent(thread.itopId)}`,
          `iTop ${thread.itopClass} ${thread.itopId}`,
        );
  const intercom = link(
    `${intercomUrl}/a/apps/${encodeURIComponent(idCode)}/conversations/${encodeURIComponent(thread.conversationId)}`,
    `Intercom conversation ${thread.conversationId}`,
  );
  return html`<article class="thread"><h3>${thread.ref}</h3><p class="dim">${thread.checks}. ${itop} · ${intercom}</p>
<div class="sides"><div>${firstMessages(thread.source)}</div><div>${firstMessages(thread.target)}</div></div></article>\n`;
}

function firstMessages(messages: readonly Message[]): Html {
  const more = messages.length - messagesShown;
  return html`${messages.slice(0, messagesShown).map(message)}${more <= 0 ? '' : html`<p class="dim">and ${more} more</p>`}`;
}

function message({ kind, author, at, isPrivate, text, lost }: Message): Html {
  const shown = text.length > bodyShown ? `${text.slice(0, bodyShown)} … (${text.length} characters)` : text;
  const losses = lost.map((loss) => html`<p class="loss">Not moved: ${loss.slice(0, 300)}</p>`);
  return html`<div class="message ${isPrivate ? 'note' : 'comment'}"><p class="by">${[kind, author, at].filter((part) => part !== '').join(' · ')}</p><p class="text">${shown}</p>${losses}</div>`;
}

function link(url: string, words: string): Html {
  return /^https?:\/\//.test(url) ? html`<a href="${url}" rel="noreferrer">${words}</a>` : html`${words}`;
}

function hashes(data: ReportData): Html {
  const rows = Object.entries(data.hashes).map(([name, value]) => ({ part: name, value: value || 'none' }));
  return rows.length === 0
    ? html`<p>No load is recorded.</p>`
    : mailedTable('Made by', [column('part', 'Part'), column('value', 'Fingerprint')], rows);
}
