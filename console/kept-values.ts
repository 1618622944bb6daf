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
 * Values that pages share, because adding them up reads the whole warehouse: each is computed once at a time, whoever asks, and is
 * computed anew in the background when it is old. So many open pages cost a load no more than one, and a tenth of the time at most.
 */
export class KeptValues {
  readonly #entries = new Map<string, Entry>();
  /** A value is old after so many milliseconds, or ten times what it took. */
  readonly #oldMs: number;
  constructor(oldMs = 20_000) {
    this.#oldMs = oldMs;
  }

  /** The last value, at once; undefined before the first was computed. */
  peek<Value>(name: string): Kept<Value> | undefined {
    return this.#entries.get(name)?.kept as Kept<Value> | undefined;
  }

  /** The last value; the first is waited for, and a failure of it is the caller's. `oldMs` where it is old sooner than others. */
  async get<Value>(name: string, compute: () => Promise<Value>, oldMs = this.#oldMs): Promise<Kept<Value>> {
    const entry = this.#entries.get(name) ?? { kept: undefined, running: undefined, durationMs: 0 };
    this.#entries.set(name, entry);
    const age = entry.kept === undefined ? Number.POSITIVE_INFINITY : Date.now() - entry.kept.at.getTime();
    if (age > Math.max(oldMs, 10 * entry.durationMs) && entry.running === undefined) {
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
    return (entry.kept ?? (await entry.running)) as Kept<Value>;
  }

  /** A decision was recorded: whoever asks next gets what is true then. */
  forget(): void {
    this.#entries.clear();
  }
}
