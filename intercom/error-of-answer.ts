import type { Call } from './call.ts';
import {
  type CallFailure,
  Conflict,
  Forbidden,
  ForeignAnswer,
  type IntercomError,
  NotFound,
  RateLimited,
  Rejected,
  ServerFailed,
  TimeRefused,
  TokenRefused,
  UncertainOutcome,
} from './errors.ts';

/**
 * A 403 with one of these codes says that the token or the plan may not do this at all. Any other may concern the one record ("This
 * user is unsubscribed from emails").
 */
const stoppingCodes = new Set([
  'api_plan_restricted',
  'unauthorized',
  'token_unauthorized',
  'token_blocked',
  'token_expired',
  'token_not_found',
  'token_revoked',
  'token_suspended',
]);

/** The error of an answer that is not 2xx. Decides by HTTP status first: Intercom's list of codes is open-ended. */
export function errorOfAnswer(
  call: Call<unknown>,
  answer: {
    status: number;
    body: unknown;
    retryAfter: string | undefined;
    link?: string | undefined;
    location?: string | undefined;
    sentAtMs: number;
  },
): IntercomError {
  const first = firstError(answer.body);
  const failure: CallFailure = {
    operation: call.operation,
    method: call.method,
    path: call.path,
    status: answer.status,
    ...(first.code === undefined ? {} : { code: first.code }),
    requestId: requestIdOf(answer.body),
    detail: first.message ?? 'no message',
  };
  if (isForeign(answer)) return new ForeignAnswer({ ...failure, detail: describeForeign(answer.location) });
  switch (answer.status) {
    case 401:
      return new TokenRefused(failure);
    case 403:
      return stoppingCodes.has(first.code ?? '') ? new TokenRefused(failure) : new Forbidden(failure);
    case 404:
      return new NotFound(failure);
    case 410: {
      // `Link: </contacts/{id}>; rel="canonical"` of a contact that was merged away.
      const into = /<[^>]*\/contacts\/([^/>]+)>;\s*rel="?canonical/.exec(answer.link ?? '')?.[1];
      const detail = into === undefined ? failure.detail : `${failure.detail}: it is contact ${into} now`;
      return new NotFound({ ...failure, detail }, into);
    }
    case 409:
      return new Conflict(failure);
    case 429: {
      const seconds = Number(answer.retryAfter);
      return new RateLimited(failure, Number.isFinite(seconds) && seconds > 0 ? seconds : undefined);
    }
    default:
      // 408 is the server giving up on a request it may have begun: nothing is known, as with a 5xx.
      if (answer.status >= 500 || answer.status === 408) return lostAnswer(call, failure, answer.sentAtMs);
      return namesTime(failure) ? new TimeRefused(failure) : new Rejected(failure);
  }
}

/** Intercom names the field in its message or before it. */
function namesTime({ detail }: CallFailure): boolean {
  return /\bcreated_at\b/i.test(detail);
}

/** Intercom redirects nowhere, and each of its refusals is a JSON object; a 408, 429 or 5xx may come from its own front servers. */
function isForeign({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  if (status < 400) return true;
  return !isRecord(body) && status < 500 && status !== 408 && status !== 429;
}

function describeForeign(location: string | undefined): string {
  if (location === undefined) return 'a page, not an answer of Intercom';
  return `sent on to ${location}`;
}

/** The error of a call of which nobody can say whether it was executed. */
export function lostAnswer(call: Call<unknown>, failure: CallFailure, sentAtMs: number): IntercomError {
  return call.effect === 'read' ? new ServerFailed(failure) : new UncertainOutcome(failure, sentAtMs);
}

/** `request_id` of an `error.list` body, to be quoted to Intercom's support. */
export function requestIdOf(body: unknown): string | null {
  const id = isRecord(body) ? body.request_id : undefined;
  return typeof id === 'string' ? id : null;
}

function firstError(body: unknown): { code?: string; message?: string } {
  const errors = isRecord(body) && Array.isArray(body.errors) ? body.errors : [];
  const first: unknown = errors[0];
  if (!isRecord(first)) return {};
  const { code, message, field } = first;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message: typeof field === 'string' ? `${field}: ${message}` : message } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
