import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './core-get.ts';
import type { Fault, Interventions } from './interventions.ts';
import { phpJson } from './json-text.ts';
import { answerCall, type Call, type Itop, parametersOf } from './operations.ts';
import { type RequestFields, readFields } from './request-fields.ts';

/** How long an answer takes: at once, or as long as the observed iTop took. */
export type Pace = 'none' | 'measured';

/** Milliseconds of a call, of a row with scalars and logs, and of a row whose link sets are expanded, as observed. */
const CALL_MS = 90;
const ROW_MS = 0.26;
const LINK_SET_ROW_MS = 7.3;

const NOT_FOUND =
  '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n';
const LOGIN_PAGE =
  '<!DOCTYPE html>\n<html><head><title>iTop login</title></head><body><form method="post"><input name="auth_user"><input type="password" name="auth_pwd"></form></body></html>';
const MEMORY_EXHAUSTED =
  '<p>iTop: Allowed memory size of 512M exhausted, contact your administrator to increase memory_limit in php.ini</p>';

/** The web server of the simulated iTop; only `webservices/rest.php` is there, below any base path. */
export function createRestServer(itop: Itop, interventions: Interventions, pace: Pace): Server {
  return createServer((request, response) => {
    serve(itop, interventions, pace, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        send(
          response,
          500,
          'text/html',
          `<p>iTop simulator: ${error instanceof Error ? error.message : String(error)}</p>`,
        );
    });
  });
}

async function serve(
  itop: Itop,
  interventions: Interventions,
  pace: Pace,
  request: IncomingMessage,
  response: ServerResponse,
) {
  // Node's own header stands still while the process is busy, and does not follow a clock that tests move.
  response.setHeader('Date', new Date().toUTCString());
  const path = new URL(request.url ?? '/', 'http://itop').pathname;
  if (!path.endsWith('/webservices/rest.php')) {
    send(response, 404, 'text/html', NOT_FOUND);
    return;
  }
  if (itop.front !== undefined && basicOf(request) !== itop.front) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="front"' }).end('<h1>401 Authorization Required</h1>');
    return;
  }
  const call = callOf(await readFields(request), request);
  const parameters = parametersOf(call);
  itop.statistics.calls++;
  await interventions.pass(parameters);
  const fault = interventions.faultFor(parameters);
  if (fault !== undefined) itop.statistics.faultsGiven++;
  if (fault?.kind === 'delay') await sleep(fault.ms ?? 0);
  else if (fault !== undefined) return fail(fault, response, answerCall(itop, call));
  const answer = answerCall(itop, call);
  if (pace === 'measured') await sleep(CALL_MS + answer.rows * (answer.expandsLinkSets ? LINK_SET_ROW_MS : ROW_MS));
  itop.statistics.rows += answer.rows;
  await write(itop, response, answer);
}

/** Credentials count only in the body or as Basic together with `login_mode=basic`, never in the query string. */
function callOf(fields: RequestFields, request: IncomingMessage): Call {
  const either = (name: string) => fields.body.get(name) ?? fields.query.get(name);
  let login = fields.body.get('auth_user');
  let password = fields.body.get('auth_pwd');
  const basic = basicOf(request);
  if (either('login_mode') === 'basic' && basic !== undefined) {
    // iTop splits at every colon, so a password that holds one never fits.
    [login, password] = basic.split(':');
  }
  const token = request.headers['auth-token']?.toString() ?? either('auth_token');
  return { token, login, password, version: either('version'), json: either('json_data') };
}

function basicOf(request: IncomingMessage): string | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

const JSON_HEADERS = {
  'Content-Type': 'application/json',
  'Access-Control-Allow-Origin': '*',
  'Set-Cookie': 'itop-simulator=0; path=/; HttpOnly',
};

/** Bytes gathered before they are handed to the socket: large enough to be cheap, small enough to cost no memory. */
const PIECE = 64 * 1024;

async function write(itop: Itop, response: ServerResponse, answer: Answer): Promise<void> {
  response.writeHead(200, JSON_HEADERS);
  let piece = itop.phpOutput ?? '';
  for (const text of answer.text()) {
    piece += text;
    if (piece.length < PIECE) continue;
    itop.statistics.bytes += piece.length;
    const isWritable = response.write(piece);
    piece = '';
    if (!isWritable) await drained(response);
    if (response.destroyed) return;
  }
  itop.statistics.bytes += piece.length;
  response.end(piece);
}

/** Waits until the client took what was written, or went away. */
export async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const done = new AbortController();
  try {
    await Promise.race([
      once(response, 'drain', { signal: done.signal }),
      once(response, 'close', { signal: done.signal }),
    ]);
  } finally {
    done.abort();
  }
}

function fail(fault: Fault, response: ServerResponse, answer: Answer): void {
  switch (fault.kind) {
    case 'http500-html':
      send(response, 500, 'text/html', MEMORY_EXHAUSTED);
      return;
    case 'login-page':
      send(response, 200, 'text/html; charset=UTF-8', LOGIN_PAGE);
      return;
    case 'wrong-json':
      send(response, 200, 'application/json', '{"status":"ok","data":[]}');
      return;
    case 'error-code':
      send(
        response,
        200,
        'application/json',
        phpJson({ code: fault.code ?? 100, message: fault.message ?? 'Error: internal error' }),
      );
      return;
    case 'truncate': {
      const text = [...answer.text()].join('');
      send(response, 200, 'application/json', text.slice(0, Math.floor(text.length / 2)));
      return;
    }
    case 'reset': {
      const text = [...answer.text()].join('');
      response.writeHead(200, { ...JSON_HEADERS, 'Content-Length': text.length });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
      return;
    }
    case 'timeout':
    case 'delay':
      // Never answered: the client has to give up by itself.
      return;
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...JSON_HEADERS, 'Content-Type': type });
  response.end(body);
}
