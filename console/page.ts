import { breakable, type Html, html } from '../platform/html.ts';
import { asLabel } from '../platform/plain-words.ts';
import type { Session } from './access.ts';
import type { ConsoleContext, Standing } from './console-context.ts';

/** What a page needs to know beside its own contents. */
export interface Frame {
  readonly context: ConsoleContext;
  readonly standing: Standing;
  readonly session: Session;
}

const places = [
  ['/', 'Overview'],
  ['/live', 'Live'],
  ['/lists', 'Work lists'],
  ['/sample', 'Sample'],
  ['/mapping', 'Mapping'],
  ['/setup', 'Set-up sheet'],
  ['/rollback', 'Rollback'],
] as const;

/** A whole page: navigation, search, what a form recorded, heading, contents. `path` marks the place in the navigation. */
export function page(
  { context, standing, session }: Frame,
  path: string,
  title: string,
  recorded: Html,
  content: Html,
): Html {
  const where = [
    standing.workspace === undefined ? 'no workspace yet' : standing.workspace.name,
    `times in ${standing.clock.zone}`,
    ...(context.isReadOnly ? ['read-only'] : []),
    ...(session.person === '' ? [] : [`you are ${session.person}`]),
  ].join(' · ');
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – migration console</title>
<link rel="icon" type="image/svg+xml" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/uplot.css"><link rel="stylesheet" href="/assets/console.css">
<script src="/assets/console.js" defer></script></head><body>
<a class="skip" href="#main">Skip to the contents</a>
<header class="top"><p class="brand"><a href="/">iTop to Intercom</a></p>
<form class="search" action="/search" role="search"><label class="unseen" for="q">Ref, name, address, key or Intercom id</label>
<input id="q" name="q" type="search" placeholder="Ref, name or address"><button>Find</button></form>
<p class="where">${where}</p></header>
<nav class="places" aria-label="Places"><ul>${places.map(
    ([to, name]) => html`<li><a href="${to}"${to === path ? current : ''}>${name}</a></li>`,
  )}</ul></nav>
<main id="main" tabindex="-1">${recorded}<h1>${title}</h1>
${content}</main></body></html>
`;
}

const current = html` aria-current="page"`;

/** Contents that take their time: the page is there at once, and the script, or a click, brings them. */
export function later(address: string, what: string, everySeconds?: number): Html {
  return html`<div class="later" data-src="${address}"${everySeconds === undefined ? '' : html` data-every="${everySeconds}"`}><p><a href="${address}">${what}</a></p></div>`;
}

/** A form that changes something; none on a read-only console. */
export function form({ context, session }: Frame, action: string, content: Html): Html {
  if (context.isReadOnly)
    return html`<p class="dim">This console is read-only: decide by the commands or in another console.</p>`;
  return html`<form method="post" action="${action}" class="decision"><input type="hidden" name="csrf" value="${session.csrf}">${content}</form>`;
}

/** Whoever sent a form stands here on the page that answers it: the address ends in this id. */
export const recordedId = 'recorded';

export const recordedContent = (words: Html): Html =>
  html`<p class="green" id="${recordedId}" tabindex="-1">${words}</p>\n`;

/** Fields that every decision asks for: who, and why. */
export function byAndReason({ session }: Frame, isReasonNeeded = true): Html {
  return html`<label>Your name <input name="by" required autocomplete="name" value="${session.person}"></label>
${isReasonNeeded ? html`<label>Reason <input name="reason" required></label>` : ''}`;
}

/** What a command would be, to copy. */
export function command(text: string): Html {
  return html`<code class="command" role="button" tabindex="0">${text}</code>`;
}

export type CellValue = string | number | boolean | Date | null | Html;

export interface Column<Row> {
  readonly name: string;
  readonly value: (row: Row) => CellValue;
  /** Address that sorts by it; none where it cannot. */
  readonly sort?: string | undefined;
  /** How the rows are sorted by it now. */
  readonly order?: 'ascending' | 'descending' | undefined;
}

/** Heads of numbers stand above them, on the right. */
const numeric = html` class="number"`;

/** A table that scrolls sideways by itself, so that the page does not. */
export function table<Row>(
  standing: Standing,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  caption: string,
  nothing = 'None.',
): Html {
  if (rows.length === 0) return html`<p class="dim">${nothing}</p>`;
  const all = rows.map((row) => columns.map(({ value }) => value(row)));
  // A column without any value says nothing, unless its head sorts the rows of other pages too.
  const isShown = columns.map(({ sort }, at) => sort !== undefined || all.some((values) => (values[at] ?? '') !== ''));
  const shown = columns.filter((_, at) => isShown[at]);
  const lines = all.map((values) => values.filter((_, at) => isShown[at]));
  const isNumeric = shown.map((_, at) => lines.some((values) => typeof values[at] === 'number'));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="stack"><thead><tr>${shown.map(
    ({ name, sort, order }, at) =>
      html`<th scope="col"${isNumeric[at] === true ? numeric : ''}${order === undefined ? '' : html` aria-sort="${order}"`}>${sort === undefined ? name : html`<a href="${sort}">${name}</a>`}</th>`,
  )}</tr></thead>
<tbody>${lines.map((values) => html`<tr>${shown.map(({ name }, at) => cell(standing, name, values[at] ?? null))}</tr>\n`)}</tbody></table></div>`;
}

/** The label stands above the value where a narrow screen has no room for a head of the table. */
function cell({ clock }: Standing, name: string, value: CellValue): Html {
  if (value === null || value === '') return html`<td></td>`;
  const label = html` data-label="${asLabel(name)}"`;
  if (typeof value === 'number') return html`<td class="number"${label}>${value.toLocaleString('en')}</td>`;
  if (typeof value === 'boolean') return html`<td${label}>${value ? 'yes' : 'no'}</td>`;
  if (value instanceof Date) return html`<td class="moment"${label}>${clock.time(value)}</td>`;
  return html`<td${label}>${typeof value === 'string' ? breakable(value) : value}</td>`;
}

/** Characters shown of a record's name. */
const shownLength = 90;

/** A link to the page of a record. */
export function recordLink(key: string, text: string = key): Html {
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return html`<a href="/record/${encodeURIComponent(key)}">${shown}</a>`;
}

/** Contents of one heading that most readers skip. */
export function folded(summary: string, content: Html, isOpen = false): Html {
  return html`<details class="fields"${isOpen ? html` open` : ''}><summary>${summary}</summary>${content}</details>`;
}
