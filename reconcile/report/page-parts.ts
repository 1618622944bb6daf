import { Html, html } from '../../platform/html.ts';
import type { Unexplained } from '../unexplained.ts';
import type { Cell, Row } from './collect-report.ts';
import { reportStyle } from './report-style.ts';

/** A page that needs nothing else: no script, no picture, no address is loaded. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(reportStyle)}</style>
</head>
<body><main>
${content}
</main></body>
</html>
`.text;
}

export function section(title: string, content: Html): Html {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** The first rows of many, and where the others are. */
export function capped(rows: readonly Row[], total: number, file: string): Html {
  const note =
    total > rows.length
      ? html`<p>The first ${rows.length} of ${total.toLocaleString('en')}; all of them, with their keys, are in <b>${file}</b>.</p>`
      : html`<p>${total.toLocaleString('en')} rows; also in <b>${file}</b>.</p>`;
  return html`${note}${table(rows)}`;
}

/** A table that scrolls sideways by itself on a telephone, so that the page does not. */
export function table(rows: readonly Row[]): Html {
  // A column without any value says nothing.
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => (row[name] ?? null) !== null));
  if (names.length === 0) return html`<p>None.</p>`;
  const head = names.map((name) => html`<th scope="col">${name.replaceAll('_', ' ')}</th>`);
  const body = rows.map((row) => html`<tr>${names.map((name) => cell(row[name] ?? null, name))}</tr>\n`);
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** What keeps a page from being green; nothing where it is. */
export function unexplainedSection(rows: readonly Unexplained[]): Html | null {
  if (rows.length === 0) return null;
  return section(
    'Not explained',
    table(
      rows.map(({ count, kind, item_kind, class: itopClass, check_name, reason, example, query }) => ({
        count,
        kind,
        item_kind,
        class: itopClass,
        check_name,
        reason,
        example,
        query,
      })),
    ),
  );
}

const alarming = new Set(['failed', 'unknown', 'blocked', 'pending', 'difference']);

function cell(value: Cell, name: string): Html {
  if (value === null) return html`<td></td>`;
  if (typeof value === 'number') {
    const isAlarm = alarming.has(name) && value !== 0;
    return html`<td class="n${isAlarm ? ' alarm' : ''}${value === 0 ? ' zero' : ''}">${value.toLocaleString('en')}</td>`;
  }
  if (typeof value === 'boolean') return html`<td>${value ? 'yes' : 'no'}</td>`;
  const text = value.length > 300 ? `${value.slice(0, 300)} …` : value;
  // A word too long for a line may break anywhere; others never do.
  return html`<td${/\S{36,}/.test(text) ? html` class="long"` : ''}>${text}</td>`;
}
