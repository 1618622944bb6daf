import { FailedError } from '../../platform/errors.ts';

/** What a reader throws when it was asked to stop: the run is kept and can be continued. */
export function interrupted(cause: unknown): FailedError {
  return new FailedError('The extraction was interrupted.', {
    stage: 'extract',
    nextStep: 'Start the same command again: it continues where it stopped.',
    isRetriable: true,
    cause,
  });
}
