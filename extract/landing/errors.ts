import { FailedError } from '../../platform/errors.ts';

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
