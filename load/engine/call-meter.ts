import type { Pace } from '../../intercom/rate-limit.ts';

/** Counts calls as they start, to say how fast a process goes and how much of the limit it uses. */
export interface CallMeter {
  readonly pace: Pace;
  /** For the end of a progress line; empty before there is anything to say. */
  describe(): string;
}

const windowSeconds = 10;

/** A pace that counts. `beforeCall` is waited for before each permit. */
export function meterCalls(inner: Pace, beforeCall: () => Promise<void>): CallMeter {
  // Calls by second: a ring that covers a window of the rate limit.
  const counts = new Array<number>(windowSeconds).fill(0);
  const startedAt = Date.now();
  let lastSecond = Math.floor(Date.now() / 1000);

  function advance(): void {
    const now = Math.floor(Date.now() / 1000);
    for (let second = Math.max(lastSecond, now - windowSeconds) + 1; second <= now; second += 1) {
      counts[second % windowSeconds] = 0;
    }
    lastSecond = now;
  }

  return {
    pace: {
      async acquire(signal) {
        await beforeCall();
        await inner.acquire(signal);
        advance();
        counts[lastSecond % windowSeconds] = (counts[lastSecond % windowSeconds] ?? 0) + 1;
      },
      observe: (observation) => inner.observe(observation),
      observeDuration: (milliseconds) => inner.observeDuration(milliseconds),
      get lastObservation() {
        return inner.lastObservation;
      },
    },
    describe() {
      advance();
      const calls = counts.reduce((sum, count) => sum + count, 0);
      if (calls === 0) return '';
      const seconds = Math.min(windowSeconds, Math.max(1, (Date.now() - startedAt) / 1000));
      const limit = inner.lastObservation?.limit;
      const rate = calls / seconds;
      const share = limit === undefined ? '' : `, ${Math.round((100 * rate * windowSeconds) / limit)} % of the limit`;
      return `${Math.round(rate)} calls/s${share}`;
    },
  };
}
