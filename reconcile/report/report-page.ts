import { type Html, html } from '../../platform/html.ts';
import type { Unexplained } from '../unexplained.ts';
import type { ReportData, Row } from './collect-report.ts';
import type { Message, SideBySide } from './draw-threads.ts';
import { capped, page, section, table, unexplainedSection } from './page-parts.ts';
import { barPlot, rankPlot } from './plots.ts';

/** Addresses of both systems, for links from a thread; absent where they are not configured. */
export interface ReportLinks {
  readonly itopUrl?: string | undefined;
  readonly intercomUrl: string;
}

/** Characters of one body on the page: a thread of pictures as text would push the rest away. */
const bodyShown = 1_500;

/** The report as one page that needs nothing else: to be mailed, printed and signed. */
export function reportPage(data: ReportData, links: ReportLinks): string {
  const isGreen = isReportGreen(data);
  return page(
    `Migration report: iTop to Intercom, ${data.workspaceName}`,
    html`<h1>Migration report: iTop to Intercom</h1>
<p class="verdict ${isGreen ? 'green' : 'red'}">${verdictSentence(data)}</p>
<p class="dim">Workspace ${data.workspaceName} (${data.workspaceIdCode}). Made ${data.madeAt.slice(0, 16).replace('T', ' ')} UTC.</p>
${unexplainedSection(data.unexplained)}
${section('What became of every object', html`<p>iTop's own count of each class, and what became of its objects and of the entries of their logs. <i>difference</i> is what has no explanation.</p>${table(data.byClass)}`)}
${section('Phases of the load', table(data.byPhase))}
${section('Checks', html`<p>A check that is unknown counts as failed. Shifted, fallback author, truncated, merged, folded and kept elsewhere are not equal, as the rules say: they are counted apart.</p>${table(data.byCheck)}`)}
${plots(data)}
${differences(data)}
${laterChanges(data)}
${section('Not loaded, and why', capped(data.notLoaded, data.notLoaded.length, 'not_loaded.csv'))}
${section('Accepted differences', table(data.accepted))}
${section('Not checked, and why', html`<ul>${data.notChecked.map((line) => html`<li>${line}</li>`)}</ul>`)}
${data.rollbacks.length === 0 ? '' : section('Rolled back', table(data.rollbacks))}
${threads(data, links)}
${section('Made by', hashes(data))}
${signature()}`,
  );
}

export function isReportGreen({ unexplained }: ReportData): boolean {
  return unexplained.length === 0;
}

/** The verdict with its denominators. */
export function verdictSentence(data: ReportData): string {
  const { totals, checks, unexplained } = data;
  const n = (row: Row, name: string) => Number(row[name] ?? 0).toLocaleString('en');
  const outcome = isReportGreen(data) ? 'Green' : 'Not green';
  const sum = (chosen: readonly Unexplained[]) =>
    chosen.reduce((total, row) => total + row.count, 0).toLocaleString('en');
  const entries = sum(unexplained.filter((row) => row.kind === 'pending' && row.item_kind === 'log_entry'));
  const changed = sum(unexplained.filter((row) => row.kind === 'changed'));
  const checksLeft = sum(unexplained.filter((row) => row.kind === 'check'));
  return (
    `${outcome}: of ${n(totals, 'itop_count')} objects that iTop counts, ${n(totals, 'loaded')} are loaded and ${n(totals, 'merged')} merged, ` +
    `${n(totals, 'excluded')} excluded, ${n(totals, 'handed_off')} handed off, ${n(totals, 'reference')} reference, ` +
    `${n(totals, 'failed')} failed, ${n(totals, 'blocked')} blocked, ${n(totals, 'pending')} pending; ` +
    `${n(totals, 'difference')} have no explanation. ${entries} log entries are pending; ${changed} things that are loaded changed since. ` +
    `Of ${n(checks, 'checks')} checks over ${n(checks, 'fields_checked')} fields ` +
    `${n(checks, 'passed')} passed, ${n(checks, 'failed')} failed and ${n(checks, 'unknown')} are unknown (${checksLeft} of these not accepted by anybody).`
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
      data.reasons.map((row) => ({ label: row.reason, value: row.count })),
    ),
  ];
  return section('Pictures', html`<div class="plots">${drawn}</div>`);
}

function differences(data: ReportData): Html {
  if (data.differenceCount === 0) return section('Differences', html`<p>None: every check passed.</p>`);
  return section('Differences', capped(data.differences, data.differenceCount, 'differences.csv'));
}

function laterChanges(data: ReportData): Html | null {
  if (data.laterChangeCount === 0) return null;
  return section(
    'Changed in Intercom after the load',
    html`<p>Right when they were loaded, different now: somebody works with them. They count as passed.</p>${capped(data.laterChanges, data.laterChangeCount, 'later_changes.csv')}`,
  );
}

function threads(data: ReportData, links: ReportLinks): Html | null {
  if (data.threads.length === 0) return null;
  const items = data.threads.map((thread) => threadItem(thread, links, data.workspaceIdCode));
  return section(
    `Threads drawn at random with the seed ${data.seed}`,
    html`<p>Left: as iTop holds them, times as iTop shows them. Right: as they were sent, times in UTC; the checks say whether Intercom holds them so.</p>${items}`,
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
<div class="sides"><div>${thread.source.map(message)}</div><div>${thread.target.map(message)}</div></div></article>\n`;
}

function message({ kind, author, at, isPrivate, text, lost }: Message): Html {
  const shown = text.length > bodyShown ? `${text.slice(0, bodyShown)} … (${text.length} characters)` : text;
  const losses = lost.map((loss) => html`<p class="dim">lost: ${loss.slice(0, 300)}</p>`);
  return html`<div class="message ${isPrivate ? 'private' : ''}"><p class="dim">${[kind, author, at].filter((part) => part !== '').join(' · ')}</p><p class="body">${shown}</p>${losses}</div>`;
}

function link(url: string, words: string): Html {
  return /^https?:\/\//.test(url) ? html`<a href="${url}" rel="noreferrer">${words}</a>` : html`${words}`;
}

function hashes(data: ReportData): Html {
  const rows = Object.entries(data.hashes).map(([name, value]) => ({ part: name, value: value || 'none' }));
  return rows.length === 0 ? html`<p>No load is recorded.</p>` : table(rows);
}

function signature(): Html {
  const line = (words: string) => html`<p class="line"><span>${words}</span></p>`;
  return html`<section class="signature"><h2>Signed</h2><p>I looked at the counts, the differences and the threads above.</p><div class="lines">${line('Name')}${line('Place and date')}${line('Signature')}</div></section>`;
}
