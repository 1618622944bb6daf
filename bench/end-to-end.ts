import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFigure } from './print-figure.ts';

/*
 * The whole migration, from an empty database to the proof, by size: `npm run bench end-to-end -- 3000 10000`. All classes and files,
 * and as many calls to Intercom as it takes. Simulators, Postgres and the pipeline share the machine's cores. The second size against
 * the first shows what does not grow with the data: at 10,000 against 3,000, at most 3.5 times in every stage.
 */
const sizes = process.argv.slice(3).map(Number);
if (sizes.length === 0) sizes.push(3_000, 10_000);

interface Rehearsed {
  readonly isGreen: boolean;
  /** Seconds by stage. */
  readonly times: Readonly<Record<string, number>>;
  readonly unexplained: readonly unknown[];
}

/** A rehearsal in a cache directory of its own: one that is kept up beside is left alone. */
async function rehearse(tickets: number): Promise<Rehearsed> {
  const cache = await mkdtemp(join(tmpdir(), 'bench-end-to-end-'));
  try {
    // Root's Postgres runs under another account, which must be able to enter.
    await chmod(cache, 0o755);
    const main = join(import.meta.dirname, '..', 'cli', 'main.ts');
    const flags = ['rehearse', '--tickets', String(tickets), '--call-limit', '0', '--json'];
    const child = spawn(process.execPath, [main, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let output = '';
    for await (const piece of child.stdout) output += piece;
    const code = await ended;
    const outcome = output === '' ? {} : (JSON.parse(output) as Partial<Rehearsed>);
    // A rehearsal that broke off says why, and has no times.
    if (outcome.times === undefined)
      throw new Error(`The rehearsal of ${tickets} tickets ended with code ${code}: ${output}`);
    return outcome as Rehearsed;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

let before: { readonly tickets: number; readonly times: Rehearsed['times'] } | undefined;
for (const tickets of sizes) {
  const { isGreen, times, unexplained } = await rehearse(tickets);
  for (const [stage, seconds] of Object.entries(times)) {
    const former = before?.times[stage];
    const growth = former === undefined ? '' : `, ${(seconds / former).toFixed(2)} times ${before?.tickets} tickets`;
    printFigure(`${tickets} tickets: ${stage.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s${growth}`);
  }
  // Figures of a migration that failed are none.
  if (!isGreen) {
    process.stdout.write(`${tickets} tickets: not green, ${unexplained.length} verdicts are not explained\n`);
    process.exitCode = 1;
  }
  before = { tickets, times };
}
