import type { Finding } from '../platform/findings.ts';
import { fitting, outputColumns, printJson, printLine } from '../platform/terminal.ts';

/** A row of results, shown as a table to people and as JSON to programs. */
export type ResultRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The columns' content is cut down to this at most, so that it still says something. */
const narrowest = 20;

/**
 * A table of plain text: numbers right, text left, one space-padded column a key of the first row.
 *
 * Where it is wider than the terminal, columns without any content are left out, headings are folded at their spaces and underscores,
 * and then the longest texts are cut, which end with an ellipsis. Numbers and columns named in `whole` never are; nor is anything where the output is no terminal.
 */
export function formatTable(
  rows: readonly ResultRow[],
  { columns = outputColumns(), whole = [] }: { readonly columns?: number; readonly whole?: readonly string[] } = {},
): string {
  const cell = (value: ResultRow[string]): string => (value === null || value === undefined ? '' : String(value));
  const all = Object.keys(rows[0] ?? {});
  const needed = all.map((name) => widest([name, ...rows.map((row) => cell(row[name]))]));
  const fits = needed.reduce((sum, width) => sum + width + 2, -2) <= columns;
  const names = fits ? all : all.filter((name) => rows.some((row) => cell(row[name]) !== ''));
  const isNumber = names.map((name) =>
    rows.every((row) => row[name] === null || row[name] === undefined || typeof row[name] === 'number'),
  );
  const contents = names.map((name) => widest(rows.map((row) => cell(row[name]))));
  const space = columns - 2 * (names.length - 1);
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

  let headings = names.map((name) => [name]);
  let widths = names.map((name, i) => Math.max(name.length, contents[i] ?? 0));
  if (total(widths) > space) {
    headings = names.map((name, i) => folded(name, contents[i] ?? 0));
    widths = headings.map((lines, i) => Math.max(widest(lines), contents[i] ?? 0));
  }
  const isCuttable = names.map((name, i) => isNumber[i] !== true && !whole.includes(name));
  widths = narrowed(widths, isCuttable, space);

  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => {
        const width = widths[i] ?? 0;
        const shown = text.length > width ? `${fitting(text, width - 1)}…` : text;
        return isNumber[i] ? shown.padStart(width) : shown.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const height = Math.max(1, ...headings.map((lines) => lines.length));
  return [
    ...Array.from({ length: height }, (_, at) =>
      line(headings.map((lines) => lines[at - height + lines.length] ?? '')),
    ),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(names.map((name) => cell(row[name])))),
  ].join('\n');
}

/** Length of the longest of the texts. */
const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, text.length), 0);

/** A heading over several lines, each as long as the column's content where its words allow that. */
function folded(heading: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of heading.split(/(?<=[_ ])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length <= width) lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines;
}

/** Widths that add up to the space where they can: the widest of those that may be cut give way first. */
function narrowed(widths: readonly number[], isCuttable: readonly boolean[], space: number): number[] {
  const narrow = [...widths];
  let over = narrow.reduce((sum, width) => sum + width, 0) - space;
  while (over > 0) {
    const most = Math.max(...narrow.filter((_, i) => isCuttable[i] === true));
    if (!(most > narrowest)) break;
    narrow[narrow.findIndex((width, i) => width === most && isCuttable[i] === true)] = most - 1;
    over -= 1;
  }
  return narrow;
}

/** Findings one below the other, blockers first, each with what to do. What passed is a number: it would hide the rest. */
export function formatFindings(findings: readonly Finding[]): string {
  const order = ['blocker', 'warning', 'note'];
  const shown = findings.filter(({ severity }) => order.includes(severity));
  const passed = findings.length - shown.length;
  return [
    ...shown
      .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
      .map(({ severity, subject, finding, nextStep }) => {
        const line = `${severity.padEnd(7)}  ${subject}: ${finding}`;
        return nextStep === '' ? line : `${line}\n         ${nextStep}`;
      }),
    ...(passed === 0 ? [] : [`passed   ${passed === 1 ? '1 check' : `${passed} checks`} (listed with --json)`]),
  ].join('\n');
}

/** Writes a result to standard output: as one JSON document, or as the given text. */
export function printResult(isJson: boolean, value: unknown, text: string): void {
  if (isJson) printJson(value, 2);
  else printLine(text);
}
