import { databaseAway } from './database.ts';
import { kafkaFailure } from './kafka-failure.ts';

/**
 * What Postgres' or Kafka's client threw as an error in words, with a next step; anything else as it is. Whoever shows or logs a failure
 * asks here, so that all say the same of it.
 */
export function failureInWords(thrown: unknown): unknown {
  return databaseAway(thrown) ?? kafkaFailure(thrown) ?? thrown;
}
