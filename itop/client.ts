import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { openConnections } from '../platform/outgoing-connections.ts';
import { hideSecret } from '../platform/redact.ts';
import { ServerClock } from '../platform/server-clock.ts';
import { type AnswerFrame, AnswerReader, type ItopObject, UnreadableAnswer } from './answer-reader.ts';
import { type BlobAnswer, readBlobAnswer } from './blob-answer.ts';
import {
  closedAtLogin,
  errorOfResult,
  errorOfStatus,
  errorOfTransport,
  notJson,
  truncated,
} from './error-of-answer.ts';
import { ClassNotReadable, type ItopError, QueryRejected, TruncatedAnswer } from './errors.ts';
import { type Oql, refusedForAttributeCodes, refusedForClassNames, selectAll, selectIds, selectWindow } from './oql.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** `basic` sends name and password as HTTP Basic instead of form fields: for an iTop that permits this login mode only. */
export type ItopLogin =
  | (Account & { readonly mode: 'form' | 'basic' })
  | { readonly mode: 'token'; readonly token: string };

/** A certificate and its private key, in PEM form. */
export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase?: string | undefined;
}

export interface ItopOptions {
  /** Address of iTop, with or without a trailing slash. */
  readonly url: string;
  /** The account: by its name and password, or by a token of the module authent-token (iTop 3.1 and newer). */
  readonly login: ItopLogin;
  /** Name and password that a web server in front of iTop asks for by HTTP Basic. */
  readonly inFront?: Account | undefined;
  /** What this client shows a web server that asks for a certificate. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Longest wait for the beginning of an answer, and between two pieces of one, in milliseconds. */
  readonly timeoutMs: number;
  /** Most requests on the way at once. */
  readonly connections?: number;
}

export interface ItopQuery {
  /** Class whose attributes the field list names; the class of the OQL. */
  readonly className: string;
  readonly oql: Oql;
  /**
   * Attribute codes. `*` expands every link set and shows passwords in clear text: only where hidden attributes are looked for
   * (extract/catalog/held-objects.ts), of classes without a name that suggests a secret.
   */
  readonly outputFields: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Takes the answer off the wire before its objects are asked for; unless given, a slow reader slows the answer down. */
  readonly ahead?: ReadAhead;
}

export interface ReadAhead {
  /** Bytes of the answer that may wait for the reader. */
  readonly bytes: number;
  /** Called when the whole answer came: iTop has nothing more to do for it. */
  readonly received: () => void;
}

/** iTop's REST API, read only. Every method makes one attempt and throws an ItopError (itop/errors.ts). */
export interface Itop {
  /** iTop's own clock, which dates what people write there. */
  readonly clock: Pick<ServerClock, 'now'>;
  /** The objects of a query, in iTop's order, given as the answer arrives; a slow reader slows the answer down. */
  get(query: ItopQuery): AsyncGenerator<ItopObject, void, undefined>;
  /** The bytes of one file as they come, never held as a whole; at the end its name and type, undefined where there is no such object. */
  blob(
    className: string,
    id: number,
    attribute: string,
    signal?: AbortSignal,
  ): AsyncGenerator<Buffer, BlobAnswer['file'], undefined>;
  /** iTop's own count of a query. */
  count(className: string, oql?: Oql, signal?: AbortSignal): Promise<number>;
  /** iTop's own count of a query and one object of it; `*` shows every attribute of the class, those without a filter code too. */
  sample(
    className: string,
    oql: Oql,
    outputFields: readonly string[] | '*',
    signal?: AbortSignal,
  ): Promise<{ readonly count: number; readonly object: ItopObject | undefined }>;
  /** Throws InvalidLogin or NotAuthorized unless the account may use the REST API. */
  checkLogin(signal?: AbortSignal): Promise<void>;
  /** Names of all classes, custom ones too, from the listing inside a parser error. */
  listClasses(): Promise<string[]>;
  /** Attribute codes that a query on the class may name: no link sets, no types, no values. */
  listAttributes(className: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Version 1.0 to 1.4 behave the same; 1.3 is the newest that iTop 2.x and 3.x both know. */
const apiVersion = '1.3';

/** Bytes of an answer that is no JSON kept for the error. */
const excerptBytes = 8_192;

/** Opens connections to iTop; none is made before the first request. */
export function openItop(options: ItopOptions): Itop {
  const base = new URL(options.url);
  const path = `${base.pathname.replace(/\/+$/, '')}/webservices/rest.php`;
  const { fields: loginFields, headers: loginHeaders } = credentialsOf(options);
  const pool = openConnections(base.origin, {
    connections: options.connections ?? 4,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connect: { timeout: options.timeoutMs, ...options.clientCertificate },
  });

  const clock = new ServerClock();

  /** Sends one operation and reads its answer. Credentials travel in the body and in headers, never in the address. */
  async function* ask(
    operation: object,
    request: string,
    signal?: AbortSignal,
    ahead?: ReadAhead,
  ): AsyncGenerator<ItopObject, AnswerFrame, undefined> {
    const answer = await send(operation, request, signal);
    const reader = new AnswerReader();
    const body = ahead === undefined ? answer.body : readAhead(answer.body, ahead);
    const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const piece = await nextPiece(pieces, request, signal);
        if (piece === undefined) break;
        yield* reader.push(piece);
      }
      const frame = reader.end();
      if (frame.code !== 0) throw errorOfResult(request, frame.code, frame.message);
      return frame;
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      throw error.isCutOff ? truncated(request, error.message, error) : notJson(request, error.start);
    } finally {
      // A reader that stops early, or an answer that is no JSON, leaves no connection behind.
      if (!answer.body.readableEnded) answer.body.on('error', () => undefined).destroy();
    }
  }

  async function send(operation: object, request: string, signal?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const form = new URLSearchParams({
      version: apiVersion,
      ...loginFields,
      json_data: JSON.stringify(operation),
    });
    const sentAtMs = performance.now();
    let answer: Dispatcher.ResponseData;
    try {
      answer = await pool.request({
        origin: base.origin,
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          ...loginHeaders,
        },
        body: form.toString(),
        // Said with each request: a proxy's connections do not take over those of the agent.
        headersTimeout: options.timeoutMs,
        bodyTimeout: options.timeoutMs,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw errorOfTransport(request, error, false);
    }
    clock.observe(answer.headers.date?.toString(), sentAtMs, performance.now());
    if (answer.statusCode === 200) return answer;
    throw errorOfStatus(request, answer.statusCode, await excerptOf(answer), answer.headers.location?.toString());
  }

  async function frameOf(operation: object, request: string, signal?: AbortSignal): Promise<AnswerFrame> {
    const objects = ask(operation, request, signal);
    for (;;) {
      const step = await objects.next();
      if (step.done === true) return step.value;
    }
  }

  /** The names that iTop lists in the error of a query it cannot take. */
  async function listExpected(className: string, refused: Oql, subject: string): Promise<string[]> {
    try {
      await frameOf({ operation: 'core/get', class: className, key: refused, output_fields: 'id' }, subject);
    } catch (error) {
      const list = error instanceof QueryRejected ? /expecting \{([^}]*)\}/.exec(error.failure.detail)?.[1] : undefined;
      if (list === undefined) throw error;
      return list.split(',').map((word) => word.trim());
    }
    throw new QueryRejected({ request: subject, detail: 'iTop answered a query that names nothing that exists' });
  }

  return {
    clock,
    async *get(query) {
      const request = `${query.oql}`;
      const operation = {
        operation: 'core/get',
        class: query.className,
        key: query.oql,
        output_fields: query.outputFields.join(','),
      };
      const frame = yield* ask(operation, request, query.signal, query.ahead);
      const found = foundIn(frame, request);
      if (found !== frame.objectCount) {
        throw truncated(request, `iTop found ${found} objects and sent ${frame.objectCount}`);
      }
    },
    async *blob(className, id, attribute, signal) {
      const request = `${attribute} of ${className}::${id}`;
      const operation = {
        operation: 'core/get',
        class: className,
        key: selectIds(className, [id]),
        output_fields: attribute,
      };
      const answer = await send(operation, request, signal);
      try {
        const blob = yield* readBlobAnswer(piecesOf(answer, request, signal), attribute);
        if (blob.code !== 0) throw errorOfResult(request, blob.code, blob.message);
        return blob.file;
      } catch (error) {
        if (!(error instanceof UnreadableAnswer)) throw error;
        throw error.isCutOff ? truncated(request, error.message, error) : notJson(request, error.start);
      } finally {
        if (!answer.body.readableEnded) answer.body.on('error', () => undefined).destroy();
      }
    },
    async count(className, oql = selectAll(className), signal) {
      const operation = { operation: 'core/get', class: className, key: oql, output_fields: 'id', limit: 1 };
      return foundIn(await frameOf(operation, `count of ${oql}`, signal), oql);
    },
    async sample(className, oql, outputFields, signal) {
      const fields = outputFields === '*' ? '*' : outputFields.join(',');
      const operation = { operation: 'core/get', class: className, key: oql, output_fields: fields, limit: 1 };
      const objects = ask(operation, `one object of ${oql}`, signal);
      let object: ItopObject | undefined;
      for (;;) {
        const step = await objects.next();
        if (step.done === true) return { count: foundIn(step.value, oql), object };
        object ??= step.value;
      }
    },
    async checkLogin(signal) {
      // core/check_credentials would put the password into a text that iTop can be set to log.
      const nothing = selectWindow('Organization', 0, 1);
      const operation = { operation: 'core/get', class: 'Organization', key: nothing, output_fields: 'id' };
      await frameOf(operation, 'login', signal).catch((error: unknown) => {
        if (error instanceof ClassNotReadable) return;
        // With TLS 1.3 a server that misses the client's certificate closes the connection after the request was sent.
        const mayMissCertificate = base.protocol === 'https:' && options.clientCertificate === undefined;
        if (!(error instanceof TruncatedAnswer) || !mayMissCertificate) throw error;
        throw closedAtLogin(error);
      });
    },
    listClasses: () => listExpected('Organization', refusedForClassNames, 'list of classes'),
    listAttributes: (className) =>
      listExpected(className, refusedForAttributeCodes(className), `list of the attributes of ${className}`),
    close: () => pool.destroy(),
  };
}

/** How the account shows itself. iTop's own Basic needs the parameter `login_mode` beside the header. */
function credentialsOf({ login, inFront }: ItopOptions): {
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
} {
  const front = inFront === undefined ? {} : { authorization: basicOf(inFront) };
  switch (login.mode) {
    case 'form':
      return { fields: { auth_user: login.user, auth_pwd: login.password }, headers: front };
    case 'basic':
      return { fields: { login_mode: 'basic' }, headers: { authorization: basicOf(login) } };
    case 'token':
      return { fields: {}, headers: { ...front, 'auth-token': login.token } };
  }
}

function basicOf({ user, password }: Account): string {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  // A web server may send the header back in the page of an error.
  hideSecret(credentials);
  return `Basic ${credentials}`;
}

/** A body through a buffer that takes so many bytes before it holds the sender up. Fails as the body does. */
function readAhead(body: Readable, { bytes, received }: ReadAhead): Readable {
  body.once('end', received);
  const half = Math.ceil(bytes / 2);
  const buffer = new PassThrough({ readableHighWaterMark: half, writableHighWaterMark: half });
  // Its error is that of the buffer, which the reader sees.
  pipeline(body, buffer, () => undefined);
  return buffer;
}

/** `Found: N` is the total of a query, also when a limit cuts the answer. */
function foundIn(frame: AnswerFrame, request: string): number {
  const found = /^Found: (\d+)$/.exec(frame.message)?.[1];
  if (found === undefined) throw notJson(request, `no count in "${frame.message}"`);
  return Number(found);
}

async function* piecesOf(
  answer: Dispatcher.ResponseData,
  request: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const pieces = answer.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const piece = await nextPiece(pieces, request, signal);
    if (piece === undefined) return;
    yield piece;
  }
}

async function nextPiece(
  pieces: AsyncIterator<Buffer>,
  request: string,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  try {
    const step = await pieces.next();
    return step.done === true ? undefined : step.value;
  } catch (error) {
    signal?.throwIfAborted();
    throw errorOfTransport(request, error, true);
  }
}

async function excerptOf(answer: Dispatcher.ResponseData): Promise<string> {
  let text = '';
  try {
    for await (const piece of answer.body) {
      text += (piece as Buffer).toString('utf8');
      if (text.length >= excerptBytes) break;
    }
  } catch (error) {
    // The status is already known to be wrong: a text that breaks off changes nothing about the error.
    return `${text} (${(error as ItopError).message})`;
  }
  return text;
}
