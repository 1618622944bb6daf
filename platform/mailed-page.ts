import { breakable, Html, html } from './html.ts';
import { pageStyle } from './page-style.ts';
import { asLabel } from './plain-words.ts';

/** A page that is mailed, printed and signed: one file that needs nothing else. */
export interface MailedPage {
  readonly title: string;
  /** The outcome in one sentence. */
  readonly verdict: string;
  /** Green or red; undefined where the page says neither. */
  readonly isGreen?: boolean;
  /** Workspace, moment, and what else tells this page from another. */
  readonly facts: string;
  readonly numbers: readonly MailedNumber[];
  /** The most important of the page: what is open, and what to do. It must leave room to sign on the first sheet. */
  readonly summary: Html;
  /** What a signature says; none where nobody signs. */
  readonly statement?: string;
  /** Everything behind it, from the second sheet on. */
  readonly details: Html;
}

export interface MailedNumber {
  readonly label: string;
  readonly value: number | string;
  readonly isAlarm?: boolean;
}

/** The page: the first sheet of A4 holds the verdict, the numbers, what is open, and the place to sign. */
export function mailedPage({ details, ...page }: MailedPage): string {
  const [start, end] = mailedPageAround(page);
  return `${start}${details.text}${end}`;
}

/** What stands before and behind the details, for a page whose details are written piece by piece. */
export function mailedPageAround(page: Omit<MailedPage, 'details'>): readonly [start: string, end: string] {
  const colour = page.isGreen === undefined ? '' : page.isGreen ? 'green' : 'red';
  const start = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${page.title}</title>
<style>${new Html(pageStyle + mailedStyle)}</style>
</head>
<body class="mailed"><main>
<section class="cover" aria-label="Summary">
<h1>${page.title}</h1>
<p class="verdict ${colour}">${page.verdict}</p>
<p class="dim">${page.facts}</p>
<dl class="numbers">${page.numbers.map(({ label, value, isAlarm }) => html`<div class="${isAlarm === true ? 'failed' : ''}"><dt>${label}</dt><dd>${typeof value === 'number' ? value.toLocaleString('en') : value}</dd></div>`)}</dl>
${page.summary}
${page.statement === undefined ? '' : signature(page.statement)}
</section>
`;
  return [start.text, '\n</main></body>\n</html>\n'];
}

function signature(statement: string): Html {
  const line = (words: string): Html => html`<p class="line">${words}</p>`;
  return html`<section class="signature"><h2>Signed</h2><p>${statement}</p><div class="lines">${line('Name')}${line('Place and date')}${line('Signature')}</div></section>`;
}

export function section(title: string, content: Html): Html {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

export type MailedCell = string | number | boolean | Html | null;

export interface MailedColumn<Row> {
  readonly name: string;
  readonly value: (row: Row) => MailedCell;
}

/** Characters of one value that are shown: all of them are in the files beside the page. */
const shownLength = 240;

/** A table whose words break instead of being cut off, on a telephone and on paper. A column without any value is left out. `title`: unlike that of any other table of the page. */
export function mailedTable<Row>(
  title: string,
  columns: readonly MailedColumn<Row>[],
  rows: readonly Row[],
  nothing = 'None.',
): Html {
  if (rows.length === 0) return html`<p class="dim">${nothing}</p>`;
  const filled = columns.filter(({ value }) => rows.some((row) => ![null, '', 0].includes(value(row) as null)));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="stack"><thead><tr>${filled.map(({ name, value }) => html`<th scope="col"${rows.some((row) => typeof value(row) === 'number') ? numeric : ''}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${filled.map(({ name, value }) => cell(name, value(row)))}</tr>\n`)}</tbody></table></div>`;
}

/** Heads of numbers stand above them, on the right. */
const numeric = html` class="number"`;

function cell(name: string, value: MailedCell): Html {
  if (value === null || value === '' || value === 0) return html`<td></td>`;
  const label = html` data-label="${asLabel(name)}"`;
  if (typeof value === 'number') return html`<td class="number"${label}>${value.toLocaleString('en')}</td>`;
  if (typeof value === 'boolean') return html`<td${label}>${value ? 'yes' : 'no'}</td>`;
  if (value instanceof Html) return html`<td${label}>${value}</td>`;
  return html`<td${label}>${breakable(value.length > shownLength ? `${value.slice(0, shownLength)} …` : value)}</td>`;
}

/** What a mailed page has beside the style of every page: its first sheet, and paper without colours. */
const mailedStyle = `
.mailed main { max-width: 1200px; } .mailed thead th { white-space: normal; } .mailed td, .mailed tbody th { overflow-wrap: anywhere; }
.lines { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: 1.5rem; }
.line { border-top: 1px solid var(--ink); margin-top: 3rem; font-size: .875rem; color: var(--dim); } .signature { break-inside: avoid; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .875rem; color: var(--dim); } svg { width: 100%; height: auto; display: block; }
svg text { font-size: 11px; fill: var(--dim); } svg line { stroke: var(--dim); } .pale { fill: #9db4dc; } .full { fill: #2f5bb7; }
.rank { width: 100%; } .rank th { font-weight: 400; } .rank .bar { width: 50%; } .rank svg { height: .7rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .sides > div { min-width: 0; }
.findings { list-style: none; padding: 0; } .findings li { border-left: .35rem solid var(--dim); background: var(--soft); padding: .4rem .8rem; margin: .4rem 0; break-inside: avoid; } .findings p { margin: .2rem 0; }
.findings.short { columns: 20rem; column-gap: 1rem; } .findings.short li { padding: .1rem .5rem; margin: 0 0 .2rem; font-size: .85rem; } .findings .blocker { border-color: var(--red); } .findings .warning { border-color: var(--note-line); } .findings .passed { border-color: var(--green); } .code { color: var(--dim); font-size: .8rem; }
@media (max-width: 640px) { .sides { grid-template-columns: 1fr; } }
@page { size: A4; margin: 13mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --dim: #444; --line: #bbb; --soft: #fff; --link: #000; --note: #fff; --comment: #fff; --warn: #fff; --green: #000; --red: #000; }
  .mailed { font-size: 9.5pt; } .mailed main { max-width: none; padding: 0; } .cover { break-after: page; } .record[open] { break-before: page; } .message details { display: none; } h1 { font-size: 15pt; margin: 0 0 .5rem; } h2 { break-after: avoid; margin: 1rem 0 .3rem; }
  .numbers { grid-template-columns: repeat(4, 1fr); gap: .3rem; } .numbers div { border: 1px solid var(--line); padding: .2rem .5rem; } .numbers dd { font-size: 1.1rem; } .verdict { border: 1px solid; border-left-width: 6px; padding: .5rem .8rem; }
  .cover td { min-width: 4rem; } .scroll { overflow: visible; } table { width: 100%; font-size: 8pt; } th, td { padding: .12rem .3rem; min-width: 0; max-width: none; overflow-wrap: anywhere; } thead th { white-space: normal; overflow-wrap: normal; } tr, figure { break-inside: avoid; } .message { break-inside: avoid; border: 1px solid var(--line); border-left: 4px solid var(--comment-line); } .message.note { border-left: 4px dashed var(--note-line); }
}
`;
