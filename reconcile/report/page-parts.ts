import { type Html, html } from '../../platform/html.ts';
import { itemWords, objectOf } from '../../platform/item-key.ts';
import { type MailedColumn, mailedTable, section } from '../../platform/mailed-page.ts';
import { inWorkList } from '../../platform/work-list-titles.ts';
import { checkWords, evidenceWords, kindWords, nextStepWords, whyUnexplained } from '../page-words.ts';
import type { Unexplained } from '../unexplained.ts';
import type { Row } from './collect-report.ts';
import { verdictsByRule } from './report-rows.ts';

/** The first rows of many, and where the others are. */
export function capped(
  title: string,
  columns: readonly MailedColumn<Row>[],
  rows: readonly Row[],
  total: number,
  file: string,
): Html {
  const note =
    total > rows.length
      ? html`<p>The first ${rows.length} of ${total.toLocaleString('en')}; all of them, with their keys, are in <b>${file}</b>.</p>`
      : html`<p>${total.toLocaleString('en')} ${total === 1 ? 'row' : 'rows'}; also in <b>${file}</b>.</p>`;
  return html`${note}${mailedTable(title, columns, rows)}`;
}

/** Column of a row by its name in the query. */
export function column(name: string, label: string, words?: (value: string) => string): MailedColumn<Row> {
  return {
    name: label,
    value: (row) => {
      const value = row[name] ?? null;
      return typeof value === 'string' && words !== undefined ? words(value) : value;
    },
  };
}

/** Reasons on the first sheet: the largest come first, and it must leave room to sign. */
const reasonsOnCover = 6;

/** Reasons behind the first sheet: more than that nobody reads on paper. */
const reasonsInDetails = 60;

/** What keeps a page from being green, as it stands on the first sheet. */
export function unexplainedSummary(rows: readonly Unexplained[], names: Readonly<Record<string, string>>): Html {
  if (rows.length === 0) return html`<p>Nothing is open.</p>`;
  const largest = [...rows].sort((a, b) => b.count - a.count).slice(0, reasonsOnCover);
  const more = rows.length - largest.length;
  return html`<h2>Not accounted for</h2>${unexplainedTable('Not accounted for', largest, names)}${more === 0 ? '' : html`<p>${more} more ${more === 1 ? 'reason follows' : 'reasons follow'} below.</p>`}`;
}

/** All of it, where it does not fit on the first sheet. */
export function unexplainedDetails(rows: readonly Unexplained[], names: Readonly<Record<string, string>>): Html {
  if (rows.length === 0) return html``;
  const shown = [...rows].sort((a, b) => b.count - a.count).slice(0, reasonsInDetails);
  return section(
    'Everything that is not accounted for',
    html`${rows.length <= reasonsOnCover ? '' : unexplainedTable('Everything that is not accounted for', shown, names)}
${rows.length <= shown.length ? '' : html`<p>The ${shown.length} largest of ${rows.length.toLocaleString('en')} reasons. All of them: ${inWorkList('unexplained')}.</p>`}
<details><summary>For engineers: the queries of the rows behind it</summary><ul>${shown.map(({ query }) => html`<li><code>${query}</code></li>`)}</ul></details>`,
  );
}

function unexplainedTable(title: string, rows: readonly Unexplained[], names: Readonly<Record<string, string>>): Html {
  return mailedTable<Unexplained>(
    title,
    [
      { name: 'How many', value: (row) => row.count },
      { name: 'Of what', value: (row) => `${row.class ?? ''} ${kindWords(row.item_kind)}`.trim() },
      { name: 'Why', value: (row) => whyUnexplained(row.kind, row.reason, row.check_name) },
      { name: 'For example', value: (row) => (row.example === null ? null : nameOf(names, row.example)) },
      { name: 'What to do', value: (row) => nextStepWords(row.kind, row.reason) },
    ],
    rows,
  );
}

/** Name of a record and of the message in it, as far as it is known. */
export function nameOf(names: Readonly<Record<string, string>>, key: string): string {
  const name = names[objectOf(key)];
  if (name === undefined) return key;
  const item = itemWords(key);
  return item === '' ? name : `${name}: ${item}`;
}

/** How each check ended. */
export function checkTable(rows: readonly Row[]): Html {
  const count = (row: Row, name: string): number => Number(row[name] ?? 0);
  return html`<p class="dim">“As the rules say” counts what differs by a rule: moved times, a stand-in for an author without a teammate, cut, merged and folded texts. What could not be checked counts as different.</p>
${mailedTable<Row>(
  'Checks',
  [
    column('check_name', 'What was checked', checkWords),
    column('evidence', 'How', evidenceWords),
    column('checks', 'Checks'),
    column('passed', 'Equal'),
    { name: 'As the rules say', value: (row) => verdictsByRule.reduce((sum, name) => sum + count(row, name), 0) },
    column('failed', 'Different'),
    column('unknown', 'Could not be checked'),
  ],
  checksShown(rows),
  'Nothing was checked yet.',
)}`;
}

/** Checks by queries that all hold are one line: each has the same two numbers. All of them are in report.json. */
function checksShown(rows: readonly Row[]): Row[] {
  const made = rows.filter((row) => Number(row.checks ?? 0) > 0);
  const isQuiet = (row: Row): boolean =>
    String(row.check_name).startsWith('assert_') && Number(row.failed ?? 0) + Number(row.unknown ?? 0) === 0;
  const quiet = made.filter(isQuiet);
  if (quiet.length < 2) return made;
  const sum = (name: string): number => quiet.reduce((total, row) => total + Number(row[name] ?? 0), 0);
  return [
    ...made.filter((row) => !isQuiet(row)),
    {
      check_name: `${quiet.length} rules that every record must keep`,
      evidence: 'query',
      ...Object.fromEntries(['checks', 'passed', ...verdictsByRule].map((name) => [name, sum(name)])),
    },
  ];
}
