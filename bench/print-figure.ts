import { loadavg } from 'node:os';

/** Prints a line of figures with the machine's load average of the last minute: on a busy machine seconds say little. */
export function printFigure(line: string): void {
  process.stdout.write(`${line}  [load ${(loadavg()[0] ?? Number.NaN).toFixed(1)}]\n`);
}
