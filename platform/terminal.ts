import { clearLine, cursorTo } from 'node:readline';
import { printable, printableJson } from './printable.ts';

/*
 * The only way to standard output and standard error.
 *
 * A terminal may show one live line at its bottom, which is written over as work goes on. It is never as long as the terminal is
 * wide, so it does not wrap, and erasing it touches nothing above it. Whatever is printed takes its place.
 */

let isLineShown = false;
/** What waits until the command knows whether somebody needs to read it; undefined where it is written at once. */
let held: (() => void)[] | undefined;

/** Keeps back everything that is printed from now on. */
export function holdOutput(): void {
  held ??= [];
}

/** Writes what was kept back, or drops it; from then on everything is written at once again. */
export function releaseOutput(isNeeded: boolean): void {
  const waiting = held ?? [];
  held = undefined;
  if (isNeeded) for (const write of waiting) write();
}

function write(stream: NodeJS.WriteStream, text: string): void {
  const writing = (): void => {
    stream.write(`${text}\n`);
  };
  if (held === undefined) writing();
  else held.push(writing);
}

/** Shows the text as the live line of standard error, which must be a terminal; cut at its width. */
export function showLiveLine(text: string): void {
  eraseLiveLine();
  process.stderr.write(fitting(printable(text), (process.stderr.columns || 80) - 1));
  isLineShown = true;
}

/** Removes the live line where one is shown. */
export function eraseLiveLine(): void {
  if (!isLineShown) return;
  cursorTo(process.stderr, 0);
  clearLine(process.stderr, 0);
  isLineShown = false;
}

/** Columns of the terminal that standard output is; no end of them where it is a file or a pipe. */
export function outputColumns(): number {
  return process.stdout.isTTY === true ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

/** The beginning of a text that takes at most so many columns; a character that is not ASCII is counted as two. */
export function fitting(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += character < '\u007f' ? 1 : 2;
    if (width > columns) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Writes lines for a person to standard output. */
export function printLine(text: string): void {
  eraseLiveLine();
  write(process.stdout, printable(text));
}

/** Writes lines for a person to standard error. */
export function printErrorLine(text: string): void {
  eraseLiveLine();
  write(process.stderr, printable(text));
}

/** Writes a document for a program to standard output. */
export function printJson(value: unknown, indent?: number): void {
  eraseLiveLine();
  write(process.stdout, printableJson(value, indent));
}

/** Writes one line of JSON for a program to standard error. */
export function printErrorJson(value: unknown): void {
  write(process.stderr, printableJson(value));
}
