import { setTimeout } from 'node:timers/promises';

/** A value that takes long to add up, and when it was. */
export interface Kept<Value> {
  readonly value: Value;
  readonly at: Date;
}

interface Entry {
  kept: Kept<unknown> | undefined;
  running: Promise<Kept<unknown>> | undefined;
  durationMs: number;
}

/**
 * Values that pages share, because adding them up reads the whole warehouse: each is computed once at a time, whoever asks, and
 * again when it is old. Whoever asks for an old one waits a moment for the new one, and then gets the old one. So many open pages cost
 * a load no more than one, and a tenth of the time at most.
 */
export class KeptValues {
  readonly #entries = new Map<string, Entry>();
  /** A value is old after so many milliseconds, or ten times what it took. */
  readonly #oldMs: number;
  /** Time that a new value is waited for where there is an old one. */
  readonly #maxWaitMs: number;
  constructor(oldMs = 20_000, maxWaitMs = 1_000) {
    this.#oldMs = oldMs;
    this.#maxWaitMs = maxWaitMs;
  }

  /** The value if it is not old; it is never waited for. */
  peek<Value>(name: string): Kept<Value> | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined || isOld(entry, this.#oldMs) ? undefined : (entry.kept as Kept<Value> | undefined);
  }

  /** The last value; the first is waited for, and a failure of it is the caller's. `oldMs` where it is old sooner than others. */
  async get<Value>(name: string, compute: () => Promise<Value>, oldMs = this.#oldMs): Promise<Kept<Value>> {
    const entry = this.#entries.get(name) ?? { kept: undefined, running: undefined, durationMs: 0 };
    this.#entries.set(name, entry);
    if (isOld(entry, oldMs) && entry.running === undefined) {
      const startedAt = performance.now();
      entry.running = compute()
        .then((value) => {
          entry.durationMs = performance.now() - startedAt;
          entry.kept = { value, at: new Date() };
          return entry.kept;
        })
        .finally(() => {
          entry.running = undefined;
        });
      // Where there is a former value, a failure is tried again by the next who asks.
      entry.running.catch(() => undefined);
    }
    if (entry.kept === undefined) return (await entry.running) as Kept<Value>;
    if (isOld(entry, oldMs) && entry.running !== undefined)
      await Promise.race([
        entry.running.catch(() => undefined),
        setTimeout(this.#maxWaitMs, undefined, { ref: false }),
      ]);
    return entry.kept as Kept<Value>;
  }

  /** A decision was recorded: whoever asks next gets what is true then. */
  forget(): void {
    this.#entries.clear();
  }
}

function isOld({ kept, durationMs }: Entry, oldMs: number): boolean {
  return kept === undefined || Date.now() - kept.at.getTime() > Math.max(oldMs, 10 * durationMs);
}
