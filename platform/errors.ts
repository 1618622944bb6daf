/** What a person needs to act on a failure: where it happened, why, and what to do next. */
export interface StepErrorDetail {
  /** Stage or command in which it happened, e.g. `extract`. */
  readonly stage: string;
  /** What to do next, as a sentence; often a command to type. */
  readonly nextStep: string;
  /** Whether repeating the same step later can succeed without a change by a person. */
  readonly isRetriable?: boolean;
  readonly cause?: unknown;
}

/** Base of every error that ends a command or a record in words a person can act on. */
export abstract class StepError extends Error {
  abstract readonly exitCode: 1 | 2;
  readonly stage: string;
  readonly nextStep: string;
  readonly isRetriable: boolean;

  constructor(message: string, detail: StepErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.stage = detail.stage;
    this.nextStep = detail.nextStep;
    this.isRetriable = detail.isRetriable ?? false;
  }
}

/** The work was started and did not succeed: exit code 1. */
export class FailedError extends StepError {
  readonly exitCode = 1;
}

/** The work was not started because something must be decided or corrected first: exit code 2. */
export class RefusedError extends StepError {
  readonly exitCode = 2;
}

/** The message of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
