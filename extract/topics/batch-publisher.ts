import type { Broker } from './broker.ts';
import type { Envelope } from './envelope.ts';

/** Bytes of payload handed to the transport at once. */
const batchBytes = 1_000_000;

/**
 * Gathers records and publishes them in batches, in order. One batch may be on its way while the next one fills:
 * more than two are never held, so that a slow transport slows the reader down.
 */
export class BatchPublisher {
  private readonly broker: Broker;
  private batch: Envelope[] = [];
  private byteCount = 0;
  private onTheWay: Promise<void> = Promise.resolve();

  constructor(broker: Broker) {
    this.broker = broker;
  }

  /** Takes a record; a promise when the batch is full, to be awaited before the next record. */
  add(envelope: Envelope): Promise<void> | undefined {
    this.batch.push(envelope);
    this.byteCount += envelope.payload.length;
    return this.byteCount < batchBytes ? undefined : this.send();
  }

  /** Resolves when every record added was acknowledged. */
  async flush(): Promise<void> {
    if (this.batch.length > 0) await this.send();
    await this.onTheWay;
  }

  private async send(): Promise<void> {
    const batch = this.batch;
    this.batch = [];
    this.byteCount = 0;
    await this.onTheWay;
    this.onTheWay = this.broker.publish(batch);
    // A failure is thrown by the next send or flush; until one of them looks it must not count as unhandled.
    this.onTheWay.catch(() => undefined);
  }
}
