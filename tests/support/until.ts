import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchedChild } from './watch-child.ts';

/** Longest wait, in milliseconds: on a machine with other work a process may come to where it is waited for after a minute. */
const limitMs = 120_000;

export interface UntilOptions {
  /** Processes that bring it about: when one of them has ended before, there is nothing more to wait for. */
  readonly by?: readonly Pick<WatchedChild, 'hasEnded' | 'printed'>[];
  /** Pause between two looks, in milliseconds. */
  readonly everyMs?: number;
}

/** Waits until it is so. Throws with what the processes printed when it is not so in time, or one of them ended before. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { by = [], everyMs = 10 }: UntilOptions = {},
): Promise<void> {
  const deadline = performance.now() + limitMs;
  const printed = () => by.map((process) => `\n${process.printed()}`).join('');
  for (;;) {
    const isOver = by.some((process) => process.hasEnded());
    if (await isSo()) return;
    if (isOver) throw new Error(`A process ended before ${what}.${printed()}`);
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.${printed()}`);
    await sleep(everyMs);
  }
}
