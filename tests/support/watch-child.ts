import type { ChildProcess } from 'node:child_process';

/** How a process ended. */
export interface Ended {
  /** Exit code; null when it was killed. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A process that a test started, with what it printed so far. */
export interface WatchedChild {
  /** Resolves when it has ended and all it printed is read. */
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
  /** Standard output and standard error, in the order in which they came. */
  printed(): string;
}

/** Longest life of a process of a test, in milliseconds. On a machine with other work the slowest take half of it. */
export const usualLimitMs = 240_000;

/**
 * Collects what a child prints. One that lives longer than the limit is killed, and says so at the end of its errors: the test fails by what
 * it printed, and not by its own timeout, which shows nothing.
 */
export function watchChild(child: ChildProcess, limitMs: number | undefined): WatchedChild {
  let output = '';
  let errors = '';
  let printed = '';
  let isOver = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    printed += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    printed += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    const kill = (ms: number): void => {
      const words = `\n(Killed by the test: ${child.spawnargs.join(' ')} lived for more than ${ms / 1_000} s.)\n`;
      errors += words;
      printed += words;
      child.kill('SIGKILL');
      // A process of its own that it left behind may hold the other ends.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const tooLate = limitMs === undefined ? undefined : setTimeout(kill, limitMs, limitMs);
    child.once('close', (code) => {
      clearTimeout(tooLate);
      isOver = true;
      resolve({ code, output, errors });
    });
  });
  return { ended, hasEnded: () => isOver, printed: () => printed };
}
