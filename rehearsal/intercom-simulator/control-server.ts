import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Action, perform } from './actions.ts';
import { readText, type Simulated } from './api-server.ts';
import { type Corruption, corrupt } from './corruptions.ts';
import { dump } from './dump.ts';
import type { Fault } from './faults.ts';
import type { HoldMoment } from './hold.ts';
import { changeSwitches } from './switches.ts';

/**
 * The tests' own channel. `GET /dump` (NDJSON), `/ledger`, `/switches`, `/stats`, `/hold?timeout=ms` (204 when nothing is held by then);
 * `POST /switches`, `/faults` (a list), `/faults/clear`, `/hold`, `/release`, `/actions` and `/corrupt` (lists), all with JSON bodies.
 */
export function createControlServer(simulated: Simulated): Server {
  return createServer((request, response) => {
    handle(simulated, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function handle(simulated: Simulated, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { workspace, faults, hold } = simulated;
  const url = new URL(request.url ?? '/', 'http://control');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /dump':
      return dump(workspace, response);
    case 'GET /ledger':
      return answer(response, 200, workspace.ledger);
    case 'GET /stats':
      return answer(response, 200, { ...simulated.statistics, windows: simulated.rateWindow.history() });
    case 'GET /switches':
      return answer(response, 200, workspace.switches);
    case 'POST /switches':
      changeSwitches(workspace.switches, (await jsonBody(request)) as Record<string, unknown>);
      return answer(response, 200, workspace.switches);
    case 'POST /faults': {
      const ordered = listed<Fault>(await jsonBody(request));
      for (const fault of ordered) faults.add(fault);
      return answer(response, 200, { armed: ordered.length });
    }
    case 'POST /faults/clear':
      faults.clear();
      return answer(response, 200, { armed: 0 });
    case 'POST /hold': {
      const { nth, when } = (await jsonBody(request)) as { nth: number; when: HoldMoment };
      hold.arm(nth, when);
      return answer(response, 200, { armed: true });
    }
    case 'GET /hold': {
      const held = await hold.whenHeld(Number(url.searchParams.get('timeout') ?? '0'));
      if (held === undefined) response.writeHead(204).end();
      else answer(response, 200, held);
      return;
    }
    case 'POST /release': {
      const { drop } = (await jsonBody(request)) as { drop?: boolean };
      return answer(response, 200, { released: hold.release(drop ?? false) });
    }
    case 'POST /corrupt': {
      const corruptions = listed<Corruption>(await jsonBody(request));
      for (const corruption of corruptions) corrupt(workspace, corruption);
      return answer(response, 200, { done: corruptions.length });
    }
    case 'POST /actions': {
      const actions = listed<Action>(await jsonBody(request));
      return answer(response, 200, { ids: actions.map((action) => perform(workspace, action)) });
    }
    default:
      return answer(response, 404, { error: `Nothing at ${request.method} ${url.pathname}` });
  }
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  return text === '' ? {} : JSON.parse(text);
}

function listed<T>(body: unknown): T[] {
  return (Array.isArray(body) ? body : [body]) as T[];
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
