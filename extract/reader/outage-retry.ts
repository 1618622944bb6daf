import { setTimeout as sleep } from 'node:timers/promises';
import { ItopError, ServerError } from '../../itop/errors.ts';

const firstWaitMs = 250;
const longestWaitMs = 15_000;

/** How long the readers of one run wait, together, for an iTop that does not answer. */
export class OutageRetry {
  private readonly maxOutageMs: number;
  private readonly signal: AbortSignal | undefined;
  private awaySince: number | undefined;
  private waits = 0;

  constructor(maxOutageMs: number, signal?: AbortSignal) {
    this.maxOutageMs = maxOutageMs;
    this.signal = signal;
  }

  /** Some reader got an answer: iTop is there. */
  answered(): void {
    this.awaySince = undefined;
    this.waits = 0;
  }

  /** Waits before another attempt, longer each time; throws the error itself when iTop was away for too long. */
  async wait(error: ItopError): Promise<void> {
    this.awaySince ??= Date.now();
    if (Date.now() - this.awaySince >= this.maxOutageMs) throw error;
    const waitMs = Math.min(firstWaitMs * 2 ** this.waits++, longestWaitMs, this.maxOutageMs);
    await sleep(waitMs, undefined, this.signal === undefined ? {} : { signal: this.signal });
  }

  /** Makes a small request, and repeats it while iTop is away. Every other failure is thrown at once. */
  async ask<T>(request: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        const answer = await request();
        this.answered();
        return answer;
      } catch (error) {
        if (!(error instanceof ItopError) || !error.isRetriable) throw error;
        // A small request cannot be made smaller: the remedy is to wait, but not forever while others succeed.
        if (error.remedy === 'less' && failures >= 3) throw error;
        await this.wait(error);
      }
    }
  }
}

/**
 * Logs in, and waits while a proxy or a server in maintenance answers for iTop (408, 429, 502, 503), as every later request does. No answer at all may
 * be a wrong address: that is thrown at once, as all else.
 */
export async function loginWhenThere(
  login: () => Promise<void>,
  { maxOutageMs, signal }: { readonly maxOutageMs: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const retry = new OutageRetry(maxOutageMs, signal);
  for (;;) {
    try {
      await login();
      return;
    } catch (error) {
      if (!(error instanceof ServerError) || error.remedy !== 'wait') throw error;
      await retry.wait(error);
    }
  }
}
