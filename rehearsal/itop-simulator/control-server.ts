import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { countObjects } from './core-get.ts';
import { type CallMatch, FAULT_KINDS, type Fault, type Interventions } from './interventions.ts';
import { type ItopObjects, objectsOf } from './itop-objects.ts';
import { changeObject, type ObjectChange } from './object-changes.ts';
import { ALL_IDS } from './overlay.ts';
import { drained } from './rest-server.ts';
import type { Statistics } from './statistics.ts';
import type { TimeZone } from './time-zone.ts';

export interface Controlled {
  readonly objects: ItopObjects;
  readonly statistics: Statistics;
  readonly interventions: Interventions;
  readonly timeZone: TimeZone;
  /** Attributes whose bytes a capture does not hold; empty for generated objects. */
  readonly missingBytes: readonly unknown[];
}

/**
 * The tests' own channel. `GET /dump` (NDJSON of all objects, `?class=` for one), `/classes?below=` (a class and
 * those below it), `/counts`, `/stats`, `/held`, `/missing-bytes`; `POST /objects`, `/faults`, `/faults/clear`, `/hold`, `/release`, all with JSON bodies.
 */
export function createControlServer(controlled: Controlled): Server {
  return createServer((request, response) => {
    handle(controlled, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function handle(controlled: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://control');
  const { objects, interventions, statistics, timeZone } = controlled;
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /dump':
      return dump(objects, url.searchParams.get('class'), response);
    case 'GET /classes':
      return answer(response, 200, objects.tree.classAndDescendants(url.searchParams.get('below') ?? ''));
    case 'GET /counts':
      return answer(response, 200, countObjects(objects));
    case 'GET /stats':
      return answer(response, 200, statistics);
    case 'GET /missing-bytes':
      return answer(response, 200, controlled.missingBytes);
    case 'GET /held':
      return answer(response, 200, interventions.waiting());
    case 'POST /objects': {
      const changes = await jsonBody(request);
      const ids = (Array.isArray(changes) ? changes : [changes]).map((change) =>
        changeObject(objects, change as ObjectChange, timeZone.at(Date.now())),
      );
      return answer(response, 200, { ids });
    }
    case 'POST /faults': {
      const fault = (await jsonBody(request)) as Fault;
      if (!FAULT_KINDS.includes(fault.kind))
        throw new Error(`Unknown kind of fault "${fault.kind}": one of ${FAULT_KINDS.join(', ')}`);
      interventions.addFault({ ...fault, match: fault.match ?? {} });
      return answer(response, 200, { armed: true });
    }
    case 'POST /faults/clear':
      interventions.clear();
      return answer(response, 200, { armed: false });
    case 'POST /hold': {
      const { match } = (await jsonBody(request)) as { match?: CallMatch };
      return answer(response, 200, { id: interventions.addHold(match ?? {}) });
    }
    case 'POST /release': {
      const { id } = (await jsonBody(request)) as { id?: number };
      return answer(response, 200, { released: interventions.release(id) });
    }
    default:
      return answer(response, 404, { error: `Nothing at ${request.method} ${url.pathname}` });
  }
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

/** Every object with all attributes but its link sets, whose rows are objects of their own. Values as REST shows them. */
async function dump(objects: ItopObjects, onlyClass: string | null, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const className of objects.overlay.classNames()) {
    if (onlyClass !== null && onlyClass !== className) continue;
    const model = objects.models.get(className);
    const codes = model?.attributes.filter((code) => !(code in model.linkSets)) ?? [];
    for (const object of objectsOf(objects, className, ALL_IDS)) {
      if (object.className !== className) continue;
      const line = `${JSON.stringify({ class: className, id: object.id, fields: object.pick(codes) })}\n`;
      if (!response.write(line)) await drained(response);
      if (response.destroyed) return;
    }
  }
  response.end();
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
