import { setTimeout } from 'node:timers/promises';

/** Work that a person began on a page and that may outlast the request. */
export interface Job {
  readonly startedAt: Date;
  /** Why it failed; undefined while it runs. */
  readonly error?: unknown;
}

/** Work in the background, each kind once at a time whoever begins it. What failed is kept until it is begun again. */
export class Jobs {
  readonly #jobs = new Map<string, Job & { readonly ended: Promise<void> }>();
  /** Time that an answer waits for the work: most of it is done by then. */
  readonly #longestWaitMs: number;
  constructor(longestWaitMs = 2_000) {
    this.#longestWaitMs = longestWaitMs;
  }

  /** Begins it, or joins what runs, and waits a moment for its end. Throws what it throws within that moment. */
  async start(name: string, work: () => Promise<void>): Promise<void> {
    const present = this.#jobs.get(name);
    const job = present === undefined || present.error !== undefined ? this.#begin(name, work) : present;
    const moment = new AbortController();
    await Promise.race([
      job.ended,
      setTimeout(this.#longestWaitMs, undefined, { ref: false, signal: moment.signal }).catch(() => undefined),
    ]).finally(() => moment.abort());
    const { error } = this.#jobs.get(name) ?? {};
    if (error === undefined) return;
    this.#jobs.delete(name);
    throw error;
  }

  /** What runs, or why it failed; undefined where neither. */
  find(name: string): Job | undefined {
    return this.#jobs.get(name);
  }

  /** Waits until nothing runs. */
  async settled(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  #begin(name: string, work: () => Promise<void>) {
    const startedAt = new Date();
    const ended = work().then(
      () => {
        this.#jobs.delete(name);
      },
      (error: unknown) => {
        this.#jobs.set(name, { startedAt, error: error ?? new Error('It failed.'), ended });
      },
    );
    const job = { startedAt, ended };
    this.#jobs.set(name, job);
    return job;
  }
}
