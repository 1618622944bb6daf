import { spawn } from 'node:child_process';

/** A process that a test starts and may kill. */
export interface ProcessUnderTest {
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  hasEnded(): boolean;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs a script on this Node, with these variables and no others but PATH. */
export function startProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ProcessUnderTest {
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  });
  let errors = '';
  let isOver = false;
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve({ code, errors });
    });
  });
  return {
    ended,
    hasEnded: () => isOver,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
