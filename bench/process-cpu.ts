import { readdir, readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second. */
const ticksPerSecond = 100;

interface Usage {
  readonly pid: number;
  readonly parent: number;
  /** Seconds, with those of children that ended. */
  readonly seconds: number;
}

/** CPU seconds that a process and its children used so far; undefined where the system has no /proc. */
export async function cpuSecondsOf(pid: number): Promise<number | undefined> {
  const entries = await readdir('/proc').catch(() => undefined);
  if (entries === undefined) return undefined;
  const usages = await Promise.all(entries.filter((name) => /^\d+$/.test(name)).map(usageOf));
  return usages.reduce(
    (sum, usage) => (usage !== undefined && (usage.pid === pid || usage.parent === pid) ? sum + usage.seconds : sum),
    0,
  );
}

async function usageOf(pid: string): Promise<Usage | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything: fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number(pid), parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
}
