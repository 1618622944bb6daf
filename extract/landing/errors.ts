import { FailedError, RefusedError } from '../../platform/errors.ts';

/** A batch starts above the landed offset: records in between would be lost. Consumption must go back to `expected`. */
export class OffsetGapError extends FailedError {
  readonly expected: bigint;
  readonly found: bigint;

  constructor(place: string, expected: bigint, found: bigint) {
    super(`${place} continues at offset ${found}, but it is landed only below ${expected}.`, {
      stage: 'landing',
      nextStep: `Consume again from offset ${expected}; if the topic no longer holds it, extract the class again.`,
      isRetriable: true,
    });
    this.expected = expected;
    this.found = found;
  }
}

/** The topic holds other records than those that were landed from it: it was deleted and recreated. */
export class RecreatedTopicError extends RefusedError {
  constructor(place: string) {
    super(`${place} is not the topic that was landed: it was deleted and recreated.`, {
      stage: 'landing',
      nextStep: 'To land the new topic from its first record: itop-to-intercom land --recreated <topic>',
    });
  }
}

/** The topic dropped records before they were landed. */
export class RecordsGoneError extends RefusedError {
  constructor(place: string, expected: bigint, low: bigint) {
    super(
      `${place} begins at offset ${low}, but it is landed only below ${expected}: the records in between are gone.`,
      {
        stage: 'landing',
        nextStep: 'Delete the topic, extract again, and land it with: itop-to-intercom land --recreated <topic>',
      },
    );
  }
}

/** A topic is gone while a sink lands it. */
export class TopicGoneError extends RefusedError {
  constructor(topic: string) {
    super(`The topic ${topic} was deleted while it was landed.`, {
      stage: 'landing',
      nextStep: `When it is created again, land it from its first record: itop-to-intercom land --recreated ${topic}. What it held and was not landed must be extracted again.`,
    });
  }
}

/** Nothing was landed from a topic that is said to be recreated. */
export class NeverLandedError extends RefusedError {
  constructor(topic: string, landed: readonly string[]) {
    super(`Nothing was landed from a topic ${topic} of this broker, so it cannot have been recreated.`, {
      stage: 'landing',
      nextStep:
        landed.length === 0
          ? 'Nothing was landed from this broker yet: itop-to-intercom land'
          : `Landed were: ${landed.join(', ')}. Name one of them, or land without --recreated.`,
    });
  }
}
