import { interruptedCode } from './command-context.ts';

/** Runs work that Ctrl-C and SIGTERM end in order, by its signal; then the exit code says so, however the work ended. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await work(interruption.signal);
  } finally {
    if (interruption.signal.aborted) process.exitCode = interruptedCode;
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}
