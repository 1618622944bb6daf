import { FailedError, messageOf, RefusedError } from '../../platform/errors.ts';
import { kafkaFailure } from '../../platform/kafka-failure.ts';

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

  /** A batch was landed, or none is waiting. */
  progressed(): void {
    this.troubledSince = undefined;
  }

  troubled(error: unknown): void {
    if (error instanceof RefusedError) this.failure ??= error;
    this.troubledSince ??= Date.now();
    if (Date.now() - this.troubledSince < maxTroubleMs) return;
    const ofKafka = kafkaFailure(error);
    this.failure ??= new FailedError(`Landing made no progress: ${messageOf(ofKafka ?? error)}`, {
      stage: 'landing',
      nextStep: ofKafka?.nextStep ?? 'Start it again when Kafka and Postgres answer: it continues where it stopped.',
      isRetriable: ofKafka?.isRetriable ?? true,
      cause: error,
    });
  }
}
