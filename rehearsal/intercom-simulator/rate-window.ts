import { ApiError } from './api-error.ts';

const WINDOW_SECONDS = 10;

/** How much of one window was used. */
export interface WindowUse {
  /** Unix seconds. */
  readonly startsAt: number;
  readonly used: number;
  readonly limit: number;
}

/** Fixed windows of ten seconds, as Intercom spreads its limit; refused calls count too. */
export class RateWindow {
  private windowStart = 0;
  private used = 0;
  private readonly ended: WindowUse[] = [];
  private lastLimit = 0;

  /** Counts one call. Gives the headers of its answer; throws a 429 beyond the limit. A limit of 0 is none. */
  take(limit: number, nowMs = Date.now()): Readonly<Record<string, string>> {
    if (limit === 0) return {};
    const start = Math.floor(nowMs / 1_000 / WINDOW_SECONDS) * WINDOW_SECONDS;
    if (start !== this.windowStart) {
      if (this.used > 0) this.ended.push(this.present());
      this.windowStart = start;
      this.used = 0;
    }
    this.used += 1;
    this.lastLimit = limit;
    const headers = this.headers(limit);
    if (this.used <= limit) return headers;
    throw rateLimited(limit, headers);
  }

  /** A 429 as if others had used the window up. */
  refusal(limit: number, nowMs = Date.now()): ApiError {
    this.windowStart = Math.floor(nowMs / 1_000 / WINDOW_SECONDS) * WINDOW_SECONDS;
    return rateLimited(limit, limit === 0 ? {} : { ...this.headers(limit), 'X-RateLimit-Remaining': '0' });
  }

  /** All windows with calls, the present one last; refused calls are among the used. */
  history(): readonly WindowUse[] {
    return this.used > 0 ? [...this.ended, this.present()] : this.ended;
  }

  private present(): WindowUse {
    return { startsAt: this.windowStart, used: this.used, limit: this.lastLimit };
  }

  private headers(limit: number): Record<string, string> {
    return {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(Math.max(0, limit - this.used)),
      'X-RateLimit-Reset': String(this.windowStart + WINDOW_SECONDS),
    };
  }
}

/** A quota of searches in a minute, which only third parties report: its headers are not known, so it has none. */
export class SearchQuota {
  private minute = 0;
  private used = 0;

  /** Counts one search; throws a 429 beyond the limit. A limit of 0 is none. */
  take(limit: number, nowMs = Date.now()): void {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) this.used = 0;
    this.minute = minute;
    this.used += 1;
    if (limit > 0 && this.used > limit) throw rateLimited(limit, {});
  }
}

function rateLimited(limit: number, headers: Readonly<Record<string, string>>): ApiError {
  const message = `Exceeded rate limit of ${limit} in ${WINDOW_SECONDS}_seconds`;
  return new ApiError(429, 'rate_limit_exceeded', message, headers);
}
