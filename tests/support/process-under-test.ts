import { spawn } from 'node:child_process';
import { bareEnvironment } from './environment.ts';
import { usualLimitMs, type WatchedChild, watchChild } from './watch-child.ts';

/** A process that a test starts and may kill. */
export interface ProcessUnderTest extends Pick<WatchedChild, 'hasEnded' | 'printed'> {
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  /** SIGSTOP, or SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs a script on this Node, with these variables and no others but PATH. */
export function startProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ProcessUnderTest {
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), ...environment },
  });
  const { hasEnded, printed, ...watched } = watchChild(child, usualLimitMs);
  const ended = watched.ended.then(({ code }) => ({ code, said: printed() }));
  return {
    ended,
    hasEnded,
    printed,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
