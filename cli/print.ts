import type { Finding } from '../platform/findings.ts';
import { printJson, printLine } from '../platform/terminal.ts';

/** A row of results, shown as a table to people and as JSON to programs. */
export type ResultRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A table of plain text: numbers right, text left, one space-padded column a key of the first row. */
export function formatTable(rows: readonly ResultRow[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cell = (value: ResultRow[string]): string => (value === null || value === undefined ? '' : String(value));
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => cell(row[name]).length)));
  const isNumber = names.map((name) =>
    rows.every((row) => row[name] === null || row[name] === undefined || typeof row[name] === 'number'),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [
    line(names),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(names.map((name) => cell(row[name])))),
  ].join('\n');
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
