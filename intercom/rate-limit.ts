/** What the headers of an answer say about the window of the rate limit. */
export interface RateObservation {
  /** Calls allowed in one window (not in a minute). */
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which the window ends and refills. */
  readonly resetsAt: number;
}

/** Decides when a call may start. */
export interface Pace {
  /** Resolves when one call may start now and will arrive within the present window. Throws the signal's reason when aborted. */
  acquire(signal?: AbortSignal): Promise<void>;
  observe(observation: RateObservation): void;
  /** How long a call took, in milliseconds. */
  observeDuration(milliseconds: number): void;
  /** What the last answers said; undefined while Intercom stated no limit. */
  readonly lastObservation: RateObservation | undefined;
}

/** Reads X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset; undefined when they are missing or unreadable. */
export function readRateHeaders(headers: Record<string, string | string[] | undefined>): RateObservation | undefined {
  const [limit, remaining, resetsAt] = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map(
    (name) => {
      const value = headers[name];
      return typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
    },
  );
  if (limit === undefined || remaining === undefined || resetsAt === undefined) return undefined;
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || !Number.isFinite(resetsAt)) return undefined;
  return { limit, remaining, resetsAt };
}

/** Lets every call start at once, for the few calls before the workspace is known. Remembers what the headers said. */
export function unpaced(): Pace {
  let last: RateObservation | undefined;
  return {
    acquire: (signal) => Promise.resolve(signal?.throwIfAborted()),
    observe: (observation) => {
      last = observation;
    },
    observeDuration: () => undefined,
    get lastObservation() {
      return last;
    },
  };
}
