import { FailedError } from '../platform/errors.ts';

import { withoutSecrets } from '../platform/redact.ts';

/** What is known about a call that did not succeed. Never holds the token or a request header. */
export interface CallFailure {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status; undefined when no answer came. */
  readonly status?: number;
  /** Intercom's error code, e.g. `parameter_invalid`. The list is open-ended: decisions go by status first. */
  readonly code?: string;
  readonly requestId?: string | null;
  readonly detail: string;
  readonly cause?: unknown;
}

/** Base of the errors of calls to Intercom. */
export abstract class IntercomError extends Error {
  abstract readonly nextStep: string;
  readonly failure: CallFailure;

  constructor(given: CallFailure) {
    const failure = { ...given, detail: withoutSecrets(given.detail) };
    const status = failure.status === undefined ? 'no answer' : `HTTP ${failure.status}`;
    const code = failure.code === undefined ? '' : ` ${failure.code}`;
    super(`${failure.operation} (${failure.method} ${failure.path}): ${status}${code}: ${failure.detail}`, {
      cause: failure.cause,
    });
    this.name = new.target.name;
    this.failure = failure;
  }
}

/** 429: the call was not executed; it may be repeated once the window ended. */
export class RateLimited extends IntercomError {
  readonly nextStep = 'Nothing: the call is repeated in the next window.';
  /** Seconds from a Retry-After header, which Intercom does not document but may send. */
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: CallFailure, retryAfterSeconds?: number) {
    super(failure);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 409: an object with these details exists. Its id stands only inside the message. */
export class Conflict extends IntercomError {
  readonly existingId: string | undefined;
  /** An archived contact blocks its e-mail and external id although no list or search shows it. */
  readonly isArchived: boolean;
  readonly nextStep: string;

  constructor(failure: CallFailure) {
    super(failure);
    this.existingId = /\bid=([0-9a-f]{24})\b/.exec(failure.detail)?.[1];
    this.isArchived = /\barchived\b/i.test(failure.detail);
    this.nextStep = this.isArchived
      ? `Unarchive or delete contact ${this.existingId ?? ''} in Intercom, then: itop-to-intercom load --retry failed`
      : 'Look at the existing object in Intercom, then: itop-to-intercom load --retry failed';
  }
}

/** 404 or 410: what the call names is not there (any more, or not yet). */
export class NotFound extends IntercomError {
  /** Contact that the one which was asked for was merged into. */
  readonly mergedInto: string | undefined;
  readonly nextStep =
    'Check in Intercom whether the object was deleted or merged, then: itop-to-intercom load --retry failed';

  constructor(failure: CallFailure, mergedInto?: string) {
    super(failure);
    this.mergedInto = mergedInto;
  }
}

/** The request was not completed because its own content could not be read: Intercom has executed nothing. */
export class ContentUnreadable extends IntercomError {
  readonly nextStep =
    'Fetch the files again with: itop-to-intercom extract, then: itop-to-intercom load --retry failed';
}

/** Any other 4xx: Intercom will refuse the same call again. */
export class Rejected extends IntercomError {
  readonly nextStep: string =
    'Correct the record or the mapping by the reason given, then: itop-to-intercom load --retry failed';
}

/**
 * A time that Intercom does not take, because it lies ahead of its clock or before the conversation. The same record may be taken later,
 * when that clock has gone on or the clock here is right again: the next load tries it without being asked.
 */
export class TimeRefused extends Rejected {
  override readonly nextStep =
    'Nothing: the next load tries it again. Where it is refused each time, correct the clocks of this machine and of iTop.';
}

/** 403 that is known to concern neither token nor plan: this one record, unless all are refused alike. */
export class Forbidden extends Rejected {
  override readonly nextStep =
    'Where the reason concerns the record, correct it; where it concerns a right, give the app its scope in the Developer Hub. Then: itop-to-intercom load --retry failed';
}

/** Whether a call was refused (400, 422) because of the value of this field: Intercom names it in its message or before it. */
export function namesField(error: unknown, field: string): boolean {
  return (
    error instanceof Rejected &&
    !(error instanceof Forbidden) &&
    new RegExp(`\\b${field}\\b`, 'i').test(error.failure.detail)
  );
}

/** Whether a call was refused because of a file that it carries: its type, its size, or the size of the whole. */
export function namesFiles(error: unknown): boolean {
  if (!(error instanceof Rejected) || error instanceof Forbidden) return false;
  const { status, detail } = error.failure;
  return status === 413 || status === 415 || /attach|\bfiles?\b|upload|content.?type|media type/i.test(detail);
}

/** 5xx, or no answer, for a call that changes nothing. */
export class ServerFailed extends IntercomError {
  readonly nextStep = 'Check status.intercom.com, then start the same command again: it continues where it stopped.';
}

/** No connection could be made: the call was certainly not executed. */
export class Unreachable extends IntercomError {
  readonly nextStep =
    'Check the network and the region, then start the same command again: it continues where it stopped.';
}

/** The answer to a writing call was lost: whether it took effect, or still will, must be looked up before it is repeated. */
export class UncertainOutcome extends IntercomError {
  readonly nextStep =
    'Start the load again: it looks in Intercom whether the call took effect before it repeats anything.';
  /** When the request was sent, on the monotonic clock (`performance.now()`). */
  readonly sentAtMs: number;

  constructor(failure: CallFailure, sentAtMs: number) {
    super(failure);
    this.sentAtMs = sentAtMs;
  }
}

/** 401, or 403 with a code of token or plan: no further call can succeed. */
export class TokenRefused extends IntercomError {
  readonly nextStep =
    'Check in the Developer Hub that the access token is valid and has the scopes of contacts, companies, conversations and attributes.';
}

/**
 * A redirection, or a page: something on the way answered in Intercom's place (a proxy, a captive portal, a maintenance page). It says
 * nothing about the record, and whether Intercom saw the call is unknown.
 */
export class ForeignAnswer extends IntercomError {
  readonly nextStep =
    'Check the network, the proxy and intercom.region: this is not an answer of Intercom. Then start the load again: it continues where it stopped.';
}

/** The token now answers for another workspace than the one that was confirmed: no process may send anything more. */
export class WrongWorkspace extends FailedError {
  constructor(answered: string, expected: string) {
    super(`Workspace ${answered} answers, but only ${expected} was confirmed and may be written to.`, {
      stage: 'intercom',
      nextStep: `Find out what stands between the tool and Intercom (token, proxy, address), look in ${answered} for what was written there, then start the same command again.`,
    });
  }
}
