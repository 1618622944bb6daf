import { FailedError } from '../platform/errors.ts';
import { withoutSecrets } from '../platform/redact.ts';

/** What is known about a request that did not succeed. Never holds the account or its password. */
export interface RequestFailure {
  /** What was asked, in words or as OQL, e.g. `SELECT Person WHERE id >= 1 AND id < 3001`. */
  readonly request: string;
  /** What happened, as iTop or the network reported it. */
  readonly detail: string;
  /** iTop's own result code, where it gave one. */
  readonly resultCode?: number;
  readonly httpStatus?: number;
  readonly cause?: unknown;
}

/**
 * What a reader can do about a failed request:
 * `wait` and send it again, ask for `less` at once, leave out what was asked for and `continue`, or `stop`.
 */
export type Remedy = 'wait' | 'less' | 'continue' | 'stop';

/** Base of all failures of requests to iTop. */
export abstract class ItopError extends FailedError {
  abstract readonly code: string;
  abstract readonly remedy: Remedy;
  readonly failure: RequestFailure;

  constructor(given: RequestFailure, nextStep: string, isRetriable: boolean) {
    const failure = { ...given, detail: withoutSecrets(given.detail) };
    super(`iTop: ${failure.request}: ${failure.detail}`, {
      stage: 'itop',
      nextStep,
      isRetriable,
      ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    });
    this.failure = failure;
  }
}

/** Wrong, unknown or disabled account: iTop gives the same answer for all three. */
export class InvalidLogin extends ItopError {
  readonly code = 'itop_invalid_login';
  readonly remedy = 'stop';

  constructor(failure: RequestFailure) {
    super(
      failure,
      'Check ITOP_USER and ITOP_PASSWORD (or ITOP_TOKEN), that the account is enabled, and that it may log in this way: with a password form, or as itop.login says.',
      false,
    );
  }
}

/** The account is right but may not use REST at all: it lacks the profile, or it is a portal account. */
export class NotAuthorized extends ItopError {
  readonly code = 'itop_not_authorized';
  readonly remedy = 'stop';

  constructor(failure: RequestFailure) {
    super(
      failure,
      'Give the account the profile "REST Services User" in iTop (administrators need it too), and no portal profile.',
      false,
    );
  }
}

/** The account may use REST but not read this class. */
export class ClassNotReadable extends ItopError {
  readonly code = 'itop_class_not_readable';
  readonly remedy = 'continue';

  constructor(failure: RequestFailure) {
    super(failure, 'Use an account with the profile Administrator: a complete migration needs one.', false);
  }
}

/** iTop does not know the class, an attribute, or the query: asking again does not help. */
export class QueryRejected extends ItopError {
  readonly code = 'itop_query_rejected';
  readonly remedy = 'continue';

  constructor(failure: RequestFailure) {
    super(failure, 'Compare the class and its attributes with this iTop: a module may be missing or renamed.', false);
  }
}

/** The answer is something else than iTop's JSON: a login page, a proxy's page, a PHP warning before the JSON. */
export class NotJson extends ItopError {
  readonly code = 'itop_not_json';
  readonly remedy = 'wait';

  constructor(failure: RequestFailure) {
    super(
      failure,
      'Check that ITOP_URL is the address of iTop itself, without a login page or proxy in front, and look at what the answer says.',
      true,
    );
  }
}

/** Messages of PHP itself before the JSON: asking again gives them again. */
export class PhpOutput extends ItopError {
  readonly code = 'itop_php_output';
  readonly remedy = 'stop';

  constructor(failure: RequestFailure) {
    super(
      failure,
      "Set display_errors = Off in iTop's PHP, so that its messages go to the log, then run the command again.",
      false,
    );
  }
}

/** The address answers, but not as an iTop: HTTP 3xx or 4xx. */
export class WrongAddress extends ItopError {
  readonly code = 'itop_wrong_address';
  readonly remedy = 'stop';

  constructor(failure: RequestFailure) {
    super(
      failure,
      /SSL certificate/i.test(failure.detail)
        ? 'The web server in front asks for a certificate: set itop.client_certificate and itop.client_key.'
        : 'Check ITOP_URL: webservices/rest.php must be reachable below it.',
      false,
    );
  }
}

/** The answer ended before its end: usually a limit of PHP or of a proxy. */
export class TruncatedAnswer extends ItopError {
  readonly code = 'itop_truncated_answer';
  readonly remedy = 'less';

  constructor(failure: RequestFailure) {
    super(failure, 'Lower itop.window_bytes or itop.window_ids, or raise the limits of PHP and of the proxy.', true);
  }
}

/** HTTP 5xx, 408 or 429: PHP ran out of memory or time, a proxy has no iTop behind it, or wants fewer requests. */
export class ServerError extends ItopError {
  readonly code = 'itop_server_error';
  readonly remedy: Remedy;

  constructor(failure: RequestFailure) {
    super(failure, "Look at iTop's and PHP's error log; lower itop.window_bytes if memory ran out.", true);
    // These come from a proxy or a server in maintenance: a smaller question would not be answered either.
    this.remedy = [408, 429, 502, 503].includes(failure.httpStatus ?? 0) ? 'wait' : 'less';
  }
}

/** No answer in time. */
export class Timeout extends ItopError {
  readonly code = 'itop_timeout';
  readonly remedy = 'less';

  constructor(failure: RequestFailure) {
    super(failure, 'Raise itop.timeout_ms, or lower itop.window_bytes and itop.in_flight.', true);
  }
}

/**
 * Why there is no connection: `network`: wrong host, or iTop is down; `authority`: iTop's certificate does not fit; `client certificate`:
 * the server asks for one. `network or client certificate`: closed without an answer, which tells neither.
 */
export type UnreachableCause = 'network' | 'authority' | 'client certificate' | 'network or client certificate';

const askedOfClient =
  'Where the server asks its clients for a certificate, set itop.client_certificate and itop.client_key';
const startAgain =
  'Check ITOP_URL and that iTop is up; then start the same command again: it continues where it stopped.';

const unreachable: Readonly<
  Record<UnreachableCause, { readonly remedy: Remedy; readonly nextStep: string; readonly isRetriable: boolean }>
> = {
  network: { remedy: 'wait', nextStep: startAgain, isRetriable: true },
  authority: {
    remedy: 'stop',
    nextStep: "Name the authority that signed iTop's certificate in NODE_EXTRA_CA_CERTS, or correct ITOP_URL.",
    isRetriable: false,
  },
  'client certificate': {
    remedy: 'stop',
    nextStep: `${askedOfClient}; else look at its error log.`,
    isRetriable: false,
  },
  'network or client certificate': {
    remedy: 'stop',
    nextStep: `${startAgain} ${askedOfClient}.`,
    isRetriable: true,
  },
};

/** No connection: wrong host, iTop down, or a certificate that does not fit. */
export class Unreachable extends ItopError {
  readonly code = 'itop_unreachable';
  readonly remedy: Remedy;

  constructor(failure: RequestFailure, cause: UnreachableCause) {
    super(failure, unreachable[cause].nextStep, unreachable[cause].isRetriable);
    this.remedy = unreachable[cause].remedy;
  }
}
