import { spawn } from 'node:child_process';
import { bareEnvironment } from './environment.ts';

/** A process that a test starts and may kill. */
export interface ProcessUnderTest {
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  hasEnded(): boolean;
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
  let said = '';
  let isOver = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve({ code, said });
    });
  });
  return {
    ended,
    hasEnded: () => isOver,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
