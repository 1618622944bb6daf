import { FailedError, messageOf, RefusedError } from '../../platform/errors.ts';

/** How long landing may make no progress before the sink ends. */
const maxTroubleMs = 120_000;

/** Whether a sink goes on: a fault that passes is borne for a while, one that a person must mend ends it at once. */
export class SinkHealth {
  private failure: unknown;
  private troubledSince: number | undefined;

  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** A batch was landed. */
  progressed(): void {
    this.troubledSince = undefined;
  }

  troubled(error: unknown): void {
    if (error instanceof RefusedError) this.failure ??= error;
    this.troubledSince ??= Date.now();
    if (Date.now() - this.troubledSince < maxTroubleMs) return;
    this.failure ??= new FailedError(`Landing made no progress: ${messageOf(error)}`, {
      stage: 'landing',
      nextStep: 'Start it again when Kafka and Postgres answer: it continues where it stopped.',
      isRetriable: true,
      cause: error,
    });
  }
}
