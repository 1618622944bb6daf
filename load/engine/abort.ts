import { LoadStopped } from './errors.ts';

/** Ends a load between two calls: calls on the way are answered and written down first. */
export interface Abort {
  readonly signal: AbortSignal;
  /** Why everything was stopped; undefined when a person asked for it or nothing was stopped. */
  readonly reason: unknown;
  /** Stops everything because of an error that concerns more than one record. The first reason counts. */
  because(error: unknown): void;
  /** Stops quietly: enough was done. */
  enough(): void;
  /** Throws LoadStopped once stopped. */
  check(): void;
}

export function createAbort(outer: AbortSignal | undefined): Abort {
  const controller = new AbortController();
  let reason: unknown;
  const abort = () => controller.abort(new LoadStopped());
  if (outer?.aborted === true) abort();
  outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    because(error) {
      if (error instanceof LoadStopped) return;
      reason ??= error;
      abort();
    },
    enough: abort,
    check: () => controller.signal.throwIfAborted(),
  };
}
