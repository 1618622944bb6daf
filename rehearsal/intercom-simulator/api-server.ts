import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inFormOfAnswers } from './answer-forms.ts';
import {
  ApiError,
  gatewayTimeout,
  payloadTooLarge,
  requestTimeout,
  resourceNotFound,
  serverError,
  serviceUnavailable,
  unauthorized,
  userNotFound,
} from './api-error.ts';
import type { Call, Operation } from './call.ts';
import type { Fault, Faults } from './faults.ts';
import type { Hold } from './hold.ts';
import type { RateWindow, SearchQuota } from './rate-window.ts';
import { findRoute, type Route } from './router.ts';
import { countIn, type Statistics } from './statistics.ts';
import type { Workspace } from './workspace.ts';

const VERSION = '2.16';

export interface Simulated {
  readonly token: string;
  readonly workspace: Workspace;
  readonly rateWindow: RateWindow;
  readonly searches: SearchQuota;
  readonly faults: Faults;
  readonly hold: Hold;
  readonly statistics: Statistics;
}

/** The simulated REST API. */
export function createApiServer(simulated: Simulated): Server {
  return createServer((request, response) => {
    serve(simulated, request, response).catch((error: unknown) => {
      process.stderr.write(`intercom-simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
}

/** The connection is to break instead of an answer. */
class ConnectionReset extends Error {}

async function serve(simulated: Simulated, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readText(request);
  const rateHeaders: Record<string, string> = {};
  let status = 200;
  let headers: Readonly<Record<string, string>> = {};
  let answer: unknown;
  try {
    answer = await execute(simulated, request, text, rateHeaders);
  } catch (error) {
    if (error instanceof ConnectionReset) {
      request.socket.resetAndDestroy();
      return;
    }
    if (!(error instanceof ApiError)) throw error;
    status = error.status;
    headers = error.headers;
    answer = error.body(randomUUID());
    if (status === 429) simulated.statistics.rateLimited += 1;
  }
  if (simulated.workspace.switches.latencyMs > 0) await sleep(simulated.workspace.switches.latencyMs);
  countIn(simulated.statistics.answers, String(status));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    // Node's own header stands still while the process is busy, and does not follow a clock that tests move.
    Date: new Date().toUTCString(),
    ...rateHeaders,
    ...headers,
  });
  response.end(JSON.stringify(answer));
}

/** Authentication, version, rate limit and operation, in this order. Fills `rateHeaders` as soon as the limit is known. */
async function execute(
  simulated: Simulated,
  request: IncomingMessage,
  text: string,
  rateHeaders: Record<string, string>,
): Promise<unknown> {
  const { workspace, statistics } = simulated;
  if (request.headers.authorization !== `Bearer ${simulated.token}`) throw unauthorized();
  Object.assign(rateHeaders, simulated.rateWindow.take(workspace.switches.limit));
  if (text.length > workspace.switches.bodyLimit) throw payloadTooLarge();
  if (request.headers['intercom-version'] !== VERSION) {
    throw new ApiError(400, 'intercom_version_invalid', `The simulator answers only to Intercom-Version ${VERSION}`);
  }
  const url = new URL(request.url ?? '/', 'http://simulator');
  const route = findRoute(request.method ?? '', url.pathname);
  if (route === undefined) throw resourceNotFound();
  const { operation, parameters } = route;
  countIn(statistics.requests, operation.name);
  if (operation.name.toLowerCase().startsWith('search')) simulated.searches.take(workspace.switches.searchLimit);
  const fault = simulated.faults.meet(operation.name);
  throwBeforeCommit(simulated, fault);
  let holdMoment: ReturnType<Hold['count']>;
  if (operation.isMutating) {
    statistics.mutating += 1;
    holdMoment = simulated.hold.count();
  }
  if (holdMoment === 'before-commit') await holdCall(simulated, route, url.pathname);
  if (fault?.kind === 'late-commit') await sleep(fault.ms ?? 1_000);
  const call = { workspace, parameters, query: url.searchParams, body: parsed(text) };
  if (fault?.kind === 'error504-late-commit') {
    setTimeout(() => handleUnseen(operation, call), fault.ms ?? 1_000).unref();
    throw gatewayTimeout();
  }
  // Made into text at once: a held answer must show the workspace as it was.
  const answer = inFormOfAnswers(workspace, JSON.parse(answerText(workspace, fault, operation.handle(call))));
  if (holdMoment === 'after-commit') await holdCall(simulated, route, url.pathname);
  await failAfterCommit(fault);
  if (operation.name.toLowerCase().startsWith('search')) await sleep(searchTime(workspace, call.body));
  return answer;
}

/** The work on a call whose sender has its answer already: nobody hears of a refusal. */
function handleUnseen(operation: Operation, call: Call): void {
  try {
    operation.handle(call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** How long a search takes: the longer, the more its page may hold. */
function searchTime({ switches }: Workspace, body: unknown): number {
  const { pagination } = (body ?? {}) as { pagination?: { per_page?: number } };
  return switches.searchMsPerItem * (pagination?.per_page ?? 20);
}

async function holdCall(simulated: Simulated, { operation }: Route, path: string): Promise<void> {
  const isDropped = await simulated.hold.stop({ operation: operation.name, path });
  if (isDropped) throw new ConnectionReset();
}

function throwBeforeCommit({ rateWindow, workspace }: Simulated, fault: Fault | undefined): void {
  switch (fault?.kind) {
    case 'error500-before-commit':
      throw serverError();
    case 'reset-before-commit':
      throw new ConnectionReset();
    case '401':
      throw unauthorized();
    case '503':
      throw serviceUnavailable();
    case '408':
      throw requestTimeout();
    case '403-record':
      // "This user is unsubscribed from emails" and the like concern one record.
      throw new ApiError(403, 'user_unsubscribed', 'This user is unsubscribed from emails');
    case '403-plan':
      throw new ApiError(403, 'api_plan_restricted', 'Active subscription needed.');
    case '429':
      throw rateWindow.refusal(workspace.switches.limit);
    case '404-fresh-contact':
      throw userNotFound();
    default:
  }
}

/** Under the fault `other-workspace` the answer names another workspace than this one. */
function answerText({ idCode }: Workspace, fault: Fault | undefined, answer: unknown): string {
  const text = JSON.stringify(answer);
  return fault?.kind === 'other-workspace' ? text.replaceAll(`"${idCode}"`, '"elsewhere"') : text;
}

async function failAfterCommit(fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'slow') await sleep(fault.ms ?? 1_000);
  if (fault?.kind === 'error500-after-commit') throw serverError();
  if (fault?.kind === 'reset-after-commit') throw new ConnectionReset();
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'bad_request', 'The body is not JSON');
  }
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
