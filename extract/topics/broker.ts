import type { Envelope } from './envelope.ts';

/** What carries objects from the extractors to landing: Kafka, or this process. */
export interface Broker {
  /** Kafka's cluster id, or `inline`: offsets of two brokers never mix. */
  readonly id: string;
  /** Creates the topics of root classes where they are missing, and checks those that exist. */
  ensureTopics(rootClasses: readonly string[]): Promise<void>;
  /** Resolves when the transport acknowledged every record: after that a kill loses nothing. */
  publish(envelopes: readonly Envelope[]): Promise<void>;
  /** Resolves when everything published is in raw. */
  landed(): Promise<void>;
  close(): Promise<void>;
}

/** Topic of a root class. */
export function topicOf(rootClass: string): string {
  return `itop.${rootClass}`;
}
