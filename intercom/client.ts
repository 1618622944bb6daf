import { errors as undici } from 'undici';
import { messageOf } from '../platform/errors.ts';
import { openConnections } from '../platform/outgoing-connections.ts';
import { countCall } from '../platform/process-metrics.ts';
import { ServerClock } from '../platform/server-clock.ts';
import { defaultLatenessMs } from '../platform/settings/intercom.ts';
import type { Answer, Call } from './call.ts';
import { checkBeforeSending, checkedBody, type SendCheck, withCheck } from './checked-sending.ts';
import { errorOfAnswer, lostAnswer, requestIdOf } from './error-of-answer.ts';
import { type CallFailure, ContentUnreadable, IntercomError, Unreachable } from './errors.ts';
import { type Pace, readRateHeaders, unpaced } from './rate-limit.ts';
import { FileUnreadable, requestBodyOf } from './request-body.ts';

export interface IntercomOptions {
  readonly token: string;
  readonly region: 'us' | 'eu' | 'au';
  /** Another address than the region's, for rehearsals. */
  readonly baseUrl?: string | undefined;
  /** Longest a call may take, in milliseconds, from its start to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Longest time after its timeout in which a call may still take effect, in milliseconds. */
  readonly latenessMs?: number | undefined;
  /** Most calls on the way at once. */
  readonly connections?: number;
}

/** Intercom's REST API. One `send` is one attempt: nothing is repeated here, because nothing in the API is idempotent. */
export interface Intercom {
  readonly baseUrl: string;
  /**
   * By so many milliseconds after it was sent a call without an answer took effect, or it never will: its timeout and the
   * bound on lateness. No lost call is looked up, let alone repeated, before.
   */
  readonly effectWithinMs: number;
  readonly pace: Pace;
  /** Intercom's own clock, against which every time that is sent is held. */
  readonly clock: Pick<ServerClock, 'now' | 'earliest'>;
  /** Makes one attempt at a call. Throws an IntercomError (intercom/errors.ts). Takes no permit: see `pace`. */
  send<T>(call: Call<T>): Promise<Answer<T>>;
  /** The same connections under another pace. */
  pacedBy(pace: Pace): Intercom;
  /** The same connections; each writing call asks the check right before it is sent, and fails with what it throws. */
  checkedBy(check: SendCheck): Intercom;
  close(): Promise<void>;
}

/** Newest version described by Intercom's OpenAPI; 2.15 brought skip_notifications, 2.16 conversation attributes. */
const apiVersion = '2.16';

const baseUrls = {
  us: 'https://api.intercom.io',
  eu: 'https://api.eu.intercom.io',
  au: 'https://api.au.intercom.io',
} as const;

/** Errors raised before the request could leave. */
const notSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Opens connections to Intercom; none is made before the first call. */
export function openIntercom(options: IntercomOptions): Intercom {
  const baseUrl = (options.baseUrl ?? baseUrls[options.region]).replace(/\/+$/, '');
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname === '/' ? '' : pathname;
  // The timeout is one signal over the whole call; undici's own are off, because they are checked about once a second.
  const pool = openConnections(origin, {
    connections: options.connections ?? 64,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: options.timeoutMs },
  });
  const dispatcher = pool.compose(checkBeforeSending);
  const clock = new ServerClock();
  const headers = {
    authorization: `Bearer ${options.token}`,
    'intercom-version': apiVersion,
    // By which Intercom's support finds a tool's calls.
    'user-agent': 'itop-to-intercom',
    accept: 'application/json',
    'content-type': 'application/json',
  };

  async function send<T>(call: Call<T>, pace: Pace, check: SendCheck): Promise<Answer<T>> {
    try {
      const answer = await attempt(call, pace, check);
      countCall(call.operation, answer.status);
      return answer;
    } catch (error) {
      // What a check refused was never sent.
      if (error instanceof IntercomError) countCall(call.operation, error.failure.status);
      throw error;
    }
  }

  async function attempt<T>(call: Call<T>, pace: Pace, check: SendCheck): Promise<Answer<T>> {
    const sentAtMs = performance.now();
    const failure = (detail: string, cause?: unknown): CallFailure => ({
      operation: call.operation,
      method: call.method,
      path: call.path,
      detail,
      ...(cause === undefined ? {} : { cause }),
    });
    const body = requestBodyOf(call);
    let status: number;
    let text: string;
    let retryAfter: string | undefined;
    let link: string | undefined;
    let location: string | undefined;
    let unsentBecause: unknown;
    const noted: SendCheck = () => {
      try {
        check();
      } catch (error) {
        unsentBecause = error;
        throw error;
      }
    };
    try {
      const request = {
        origin,
        method: call.method,
        path: prefix + call.path,
        headers: body.content === null ? headers : { ...headers, 'content-length': String(body.length) },
        body: checkedBody(body.content, noted),
        signal: AbortSignal.timeout(options.timeoutMs),
      };
      const response = await dispatcher.request(withCheck(request, noted));
      clock.observe(response.headers.date?.toString(), sentAtMs, performance.now());
      const observed = readRateHeaders(response.headers);
      if (observed !== undefined) pace.observe(observed);
      status = response.statusCode;
      retryAfter = response.headers['retry-after']?.toString();
      link = response.headers.link?.toString();
      location = response.headers.location?.toString();
      text = await response.body.text();
    } catch (error) {
      // undici wraps what a check throws; a request that was not sent to its end is not executed.
      if (unsentBecause !== undefined) throw unsentBecause;
      const code = codeOf(error);
      if (error instanceof FileUnreadable || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
        throw new ContentUnreadable(failure(messageOf(error), error));
      if (notSentCodes.has(code)) throw new Unreachable(failure(`cannot connect to ${origin} (${code})`, error));
      const reason = isTimeout(error) ? `no answer within ${options.timeoutMs} ms` : `connection lost (${code})`;
      throw lostAnswer(call, failure(reason, error), sentAtMs);
    }
    pace.observeDuration(performance.now() - sentAtMs);
    const answer = parse(text);
    if (status < 200 || status > 299)
      throw errorOfAnswer(call, { status, body: answer, retryAfter, link, location, sentAtMs });
    try {
      if (answer === undefined) throw new Error('the answer is not JSON');
      return {
        value: call.read(answer),
        status,
        requestId: requestIdOf(answer),
        workspaceIdCode: workspaceOf(answer),
      };
    } catch (error) {
      const detail = `the answer cannot be read: ${(error as Error).message}`;
      throw lostAnswer(call, { ...failure(detail, error), status }, sentAtMs);
    }
  }

  const under = (pace: Pace, check: SendCheck): Intercom => ({
    baseUrl,
    effectWithinMs: options.timeoutMs + (options.latenessMs ?? defaultLatenessMs),
    pace,
    clock,
    send: (call) => send(call, pace, call.effect === 'read' ? unchecked : check),
    pacedBy: (other) => under(other, check),
    checkedBy: (other) => under(pace, other),
    close: () => pool.close(),
  });
  return under(unpaced(), unchecked);
}

const unchecked: SendCheck = () => undefined;

/** `workspace_id` of contacts and articles, `app_id` of companies, alone, in a conversation, or first in a list. */
function workspaceOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { workspace_id, app_id, company, data, conversations } = answer as Record<string, unknown>;
  for (const list of [data, conversations]) if (Array.isArray(list)) return workspaceOf(list[0]);
  const named = workspace_id ?? app_id ?? (company as { app_id?: unknown } | null | undefined)?.app_id;
  return typeof named === 'string' && named !== '' ? named : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof undici.HeadersTimeoutError ||
    error instanceof undici.BodyTimeoutError ||
    (error instanceof Error && error.name === 'TimeoutError')
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
}
