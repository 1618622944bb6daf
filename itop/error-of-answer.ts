import { visibleTextOfPage } from '../platform/visible-text.ts';
import {
  ClassNotReadable,
  InvalidLogin,
  type ItopError,
  NotAuthorized,
  NotJson,
  PhpOutput,
  QueryRejected,
  ServerError,
  Timeout,
  TruncatedAnswer,
  Unreachable,
  type UnreachableCause,
  WrongAddress,
} from './errors.ts';
import { resultCodes } from './result-code.ts';

/** The error behind a result code above 0; code 1 means three things that only the text tells apart. */
export function errorOfResult(request: string, resultCode: number, message: string): ItopError {
  const meaning = resultCodes.get(resultCode) ?? 'a code this tool does not know';
  const failure = { request, resultCode, detail: `${message || meaning} (code ${resultCode})` };
  if (resultCode !== 1) return new QueryRejected(failure);
  if (/permissions for (reading|exporting) data of class/i.test(message)) return new ClassNotReadable(failure);
  if (/not authorized|not allowed/i.test(message)) return new NotAuthorized(failure);
  return new InvalidLogin(failure);
}

/** The error behind an HTTP status other than 200. */
export function errorOfStatus(request: string, httpStatus: number, body: string, location?: string): ItopError {
  const answer = location === undefined ? visibleStart(body) : `sent on to ${location}`;
  const failure = { request, httpStatus, detail: `HTTP ${httpStatus}: ${answer}` };
  const isPassing = httpStatus >= 500 || httpStatus === 408 || httpStatus === 429;
  return isPassing ? new ServerError(failure) : new WrongAddress(failure);
}

/** An answer with HTTP 200 that is not iTop's JSON. */
export function notJson(request: string, body: string): NotJson | PhpOutput {
  const ofPhp = /\b(?:Warning|Notice|Deprecated|(?:Fatal|Parse) error)\b(?:<\/b>)?:.*? on line (?:<b>)?\d+/s.exec(
    body,
  )?.[0];
  if (ofPhp !== undefined)
    return new PhpOutput({ request, detail: `PHP writes in front of the answer: ${visibleStart(ofPhp)}` });
  return new NotJson({ request, detail: `the answer is not iTop's JSON: ${visibleStart(body)}` });
}

/** An answer whose connection ended, or whose text ended, before its end. */
export function truncated(request: string, detail: string, cause?: unknown): TruncatedAnswer {
  return new TruncatedAnswer({ request, detail: `the answer is cut off: ${detail}`, cause });
}

/** A connection that was closed at the first, small question, where the server may have missed a certificate of the client. */
export function closedAtLogin(error: TruncatedAnswer): Unreachable {
  const failure = {
    request: error.failure.request,
    detail: 'the connection was closed without an answer',
    cause: error,
  };
  return new Unreachable(failure, 'network or client certificate');
}

/** The error behind what undici or the network threw before an answer began, or while it came. */
export function errorOfTransport(request: string, thrown: unknown, hasAnswerBegun: boolean): ItopError {
  const cause = thrown as { code?: unknown; message?: unknown };
  const code = typeof cause.code === 'string' ? cause.code : '';
  const detail = `${typeof cause.message === 'string' && cause.message !== '' ? cause.message : 'no connection'}${code === '' ? '' : ` (${code})`}`;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new Timeout({ request, detail: `no answer in time (${code})`, cause: thrown });
  }
  if (hasAnswerBegun) return truncated(request, detail, thrown);
  // A connection that is closed after the request was taken means that PHP or the web server gave up on the query.
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') return truncated(request, detail, thrown);
  return new Unreachable({ request, detail, cause: thrown }, unreachableCause(code));
}

/** By the code of Node's `tls`: those of an alert are the server's word on the client, the others X.509 errors of the server's chain. */
function unreachableCause(code: string): UnreachableCause {
  if (/_ALERT_(?:.*CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA|ACCESS_DENIED)/.test(code)) return 'client certificate';
  if (/CERT|ISSUER|LEAF_SIGNATURE|CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH/.test(code))
    return 'authority';
  return 'network';
}

const longestExcerpt = 200;

/** The first words of an answer that is no JSON, without its markup. */
function visibleStart(body: string): string {
  const text = visibleTextOfPage(body);
  return text === '' ? '(no text)' : text.slice(0, longestExcerpt);
}
